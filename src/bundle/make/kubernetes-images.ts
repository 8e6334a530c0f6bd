// The images that a release of Kubernetes consists of, as its own kubeadm names them.
import { BootstrapError } from '../../core/errors.ts';
import { usedImage } from '../../kube/kubeadm/dns-image.ts';
import { parseVersion } from '../../kube/version.ts';
import { runProgram } from '../../local/programs/program.ts';
import { splitImageName } from '../image-name.ts';
import type { BundleImage } from '../manifest.ts';

export interface WantedImage {
  /** Full name. */
  readonly name: string;
  readonly use: BundleImage['use'];
}

const controlPlaneImages = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'];

/**
 * Asks a kubeadm of this machine's architecture, which needs no network for it.
 * @throws BootstrapError `command.failed` when it does not answer, or names no pause image
 */
export async function kubernetesImages(
  kubeadm: string,
  { version, imageRepository }: { readonly version: string; readonly imageRepository: string },
  signal: AbortSignal,
): Promise<readonly WantedImage[]> {
  const question = [`--kubernetes-version=${version}`, `--image-repository=${imageRepository}`];
  const said = await runProgram(kubeadm, ['config', 'images', 'list', ...question], { signal });
  const images = parseImages(said, version, imageRepository);
  if (pauseImageOf(images) !== undefined) return images;
  throw new BootstrapError('command.failed', `kubeadm ${version} names no pause image`, { detail: said });
}

/** The image that keeps a pod's network. */
export function pauseImageOf(images: readonly WantedImage[]): string | undefined {
  return images.find(({ name }) => baseName(name) === 'pause')?.name;
}

/** Reads what kubeadm prints: a name on each line. */
export function parseImages(said: string, version: string, imageRepository: string): readonly WantedImage[] {
  const names = said.split('\n').filter((line) => /^[^\s/]+\/\S+:\S+$/.test(line));
  const release = { version: parseVersion(version), imageRepository };
  return names.map((name) => ({
    name: usedImage(name, release),
    use: controlPlaneImages.includes(baseName(name)) ? 'control-plane' : 'node',
  }));
}

function baseName(name: string): string {
  return splitImageName(name).path.split('/').at(-1) ?? '';
}
