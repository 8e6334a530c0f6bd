// A bundle of Kubernetes 1.20.2 that holds nothing: enough for whatever does not install it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the directory, with a manifest of no files. */
export function writeEmptyBundle(directory: string): void {
  mkdirSync(directory);
  const manifest = {
    format: 1,
    kubernetesVersion: 'v1.20.2',
    architecture: 'amd64',
    imageRepository: 'example.org/kubernetes',
    pauseImage: 'example.org/pause:3.2',
    clusterDns: false,
    files: [],
  };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify(manifest));
}
