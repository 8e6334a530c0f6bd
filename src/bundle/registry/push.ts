// All images of a bundle into a registry, under names that kubeadm and workloads can ask for there.
import { BootstrapError } from '../../core/errors.ts';
import type { Report } from '../../local/report.ts';
import { splitImageName } from '../image-name.ts';
import type { Bundle } from '../load.ts';
import type { BundleImage, BundleManifest } from '../manifest.ts';
import { withSkopeo, type RegistryAccess } from './skopeo.ts';

export interface PushedImage {
  readonly image: BundleImage;
  /** Its name in the registry. */
  readonly name: string;
  /** Whether it is one of Kubernetes' own. */
  readonly isKubernetes: boolean;
}

/**
 * What the images are to be called below `repository`: Kubernetes' own as kubeadm asks for them when that is its image
 * repository, all others by their own paths.
 * @throws BootstrapError `usage` when two would have the same name
 */
export function pushedImages(
  { files, imageRepository }: Pick<BundleManifest, 'files' | 'imageRepository'>,
  repository: string,
): readonly PushedImage[] {
  const pushed = files.flatMap((image) => {
    if (image.kind !== 'image') return [];
    const isKubernetes = image.use !== 'workload' && image.name.startsWith(`${imageRepository}/`);
    const { path, tag = 'latest' } = splitImageName(image.name);
    const short = isKubernetes ? (path.split('/').at(-1) ?? '') : path;
    return [{ image, isKubernetes, name: `${repository}/${short}:${tag}` }];
  });
  for (const { name, image } of pushed) {
    const other = pushed.find((one) => one.name === name && one.image !== image);
    if (other === undefined) continue;
    throw new BootstrapError('usage', `${image.name} and ${other.image.name} would both be ${name}`, {
      hint: 'Push one of them by hand: "skopeo copy docker-archive:FILE docker://NAME".',
    });
  }
  return pushed;
}

/** @throws BootstrapError `download.failed`, `preflight.failed` or `interrupted` */
export async function pushImages(
  { directory }: Bundle,
  images: readonly PushedImage[],
  access: RegistryAccess,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  await withSkopeo(access, signal, async (skopeo) => {
    for (const { image, name } of images) {
      report(name);
      await skopeo.push(
        { directory, path: image.path },
        name,
        (line) => {
          report(`${name}: ${line}`);
        },
        signal,
      );
    }
  });
}
