// A bundle of what was compiled: what is taken of the builder's bundle, and that no server is asked for it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { digestFile } from '../../../src/bundle/digest.ts';
import { loadBundle } from '../../../src/bundle/load.ts';
import { bundleContents } from '../../../src/bundle/make/contents.ts';
import { makeBundle } from '../../../src/bundle/make/make.ts';
import type { BundleRequest } from '../../../src/bundle/make/request.ts';
import type { BundleFile, BundleManifest } from '../../../src/bundle/manifest.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'compiled-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

const { signal } = new AbortController();
const report = (): void => undefined;

/** As the lab's builder leaves it. */
async function built(): Promise<{ readonly directory: string; readonly manifest: BundleManifest }> {
  const directory = join(home, 'built');
  for (const folder of ['bin', 'images', 'packages']) mkdirSync(join(directory, folder), { recursive: true });
  const add = async (path: string) => {
    writeFileSync(join(directory, path), `content of ${path}`);
    return { path, ...(await digestFile(join(directory, path))) };
  };
  const repository = 'ipvs-bootstrap.local/kubernetes';
  const files: BundleFile[] = [
    { kind: 'binary', name: 'kubelet', ...(await add('bin/kubelet')) },
    { kind: 'image', name: `${repository}/pause:3.10.2`, use: 'node', ...(await add('images/pause.tar')) },
    {
      kind: 'image',
      name: 'docker.io/library/nginx:latest',
      use: 'workload',
      ...(await add('images/nginx.tar')),
    },
    { kind: 'package', name: 'socat', version: '1', ...(await add('packages/socat.deb')) },
  ];
  const names = { imageRepository: repository, pauseImage: `${repository}/pause:3.10.2` };
  const manifest = {
    format: 1 as const,
    kubernetesVersion: 'v1.37.2',
    architecture: 'amd64' as const,
    ...names,
  };
  return { directory, manifest: { ...manifest, clusterDns: true, files } };
}

it('has programs and images of Kubernetes, and neither the lab’s packages nor its workload', async () => {
  const request: BundleRequest = {
    version: 'v1.37.2',
    architecture: 'amd64',
    from: { kind: 'modules', compile: built },
    through: {},
    registries: {},
    imageRepository: 'registry.k8s.io',
    workloadImages: [],
    releases: [],
    aptDirectory: join(home, 'apt'),
  };
  const contents = await bundleContents(request, report, signal);
  const path = join(home, 'made');
  const show = async (stages: Parameters<Parameters<typeof makeBundle>[3]['show']>[0]): Promise<void> => {
    for (const stage of stages) await stage.run(report, signal);
  };
  await makeBundle(request, contents, { path }, { show, report, signal });
  const { manifest } = await loadBundle(path, 'content');
  expect(manifest).toMatchObject({
    imageRepository: 'ipvs-bootstrap.local/kubernetes',
    pauseImage: 'ipvs-bootstrap.local/kubernetes/pause:3.10.2',
    clusterDns: true,
  });
  expect(manifest.files.map((file) => file.path)).toEqual([
    'bin/kubelet',
    'images/ipvs-bootstrap.local+kubernetes+pause@3.10.2.tar',
  ]);
  expect(readFileSync(join(path, 'bin/kubelet'), 'utf8')).toBe('content of bin/kubelet');
});
