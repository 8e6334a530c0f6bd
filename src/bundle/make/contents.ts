// The complete list of what goes into a bundle, computed before anything of it is fetched.
import { join } from 'node:path';
import { asError, BootstrapError, ErrorList } from '../../core/errors.ts';
import { nodePrograms, programUrl } from '../../kube/release.ts';
import { parseVersion } from '../../kube/version.ts';
import { resolvePackageSet, type NeededPackage } from '../../local/debian/package-set.ts';
import { openRecentApt } from '../../local/debian/recent-apt.ts';
import { codenames, type Release } from '../../local/debian/releases.ts';
import type { Report } from '../../local/report.ts';
import { fetchPrograms, type ProgramRequest } from '../fetch-programs.ts';
import { splitImageName } from '../image-name.ts';
import type { BundleFile } from '../manifest.ts';
import { withSkopeo } from '../registry/skopeo.ts';
import { hostBase, hostPackages } from './host-packages.ts';
import { kubernetesImages, pauseImageOf, type WantedImage } from './kubernetes-images.ts';
import type { BundleRequest } from './request.ts';

export interface FoundImage extends WantedImage {
  readonly digest: string;
}

export interface ReleasePackages {
  readonly release: Release;
  readonly packages: readonly NeededPackage[];
}

export interface BundleContents {
  readonly programs: readonly BundleFile[];
  readonly images: readonly FoundImage[];
  readonly pauseImage: string;
  readonly packages: readonly ReleasePackages[];
}

/**
 * Asks the site, the registries and Debian's mirrors. Only the kubeadm that names the images is fetched for it.
 * @throws BootstrapError `download.failed`, `command.failed`, `preflight.failed` or `interrupted`; ErrorList when
 *   several images are not to be had
 */
export async function bundleContents(
  request: BundleRequest,
  report: Report,
  signal: AbortSignal,
): Promise<BundleContents> {
  const own = await kubernetesImages(await ownKubeadm(request, report, signal), request, signal);
  const programs = await fetchPrograms(
    programRequest(request, request.architecture, { whole: false, report, signal }),
  );
  const others = request.workloadImages.map((name) => ({ name, use: 'workload' as const }));
  const images = await findImages(uniqueImages([...own, ...others]), request, report, signal);
  const packages: ReleasePackages[] = [];
  for (const release of request.releases) {
    report(`the packages of Debian ${release}`);
    const apt = await openBundleApt(request, release, report, signal);
    const set = { base: hostBase, wanted: hostPackages };
    packages.push({ release, packages: await resolvePackageSet(apt, set, signal) });
  }
  return { programs, images, pauseImage: pauseImageOf(own) ?? '', packages };
}

/** What the site is asked for. */
export function programRequest(
  { version, site, ca, through, programDirectory }: BundleRequest,
  architecture: string,
  more: Pick<ProgramRequest, 'whole' | 'report' | 'signal'>,
  names: typeof nodePrograms | readonly ['kubeadm'] = nodePrograms,
): ProgramRequest {
  const programs = names.map((name) => ({
    name,
    url: programUrl(site, parseVersion(version), architecture, name),
  }));
  return { programs, directory: programDirectory(architecture), ca, through, ...more };
}

/** The private apt that the packages of a release come by; not the lab's, which is made from lists of another day. */
export async function openBundleApt(
  { aptDirectory, architecture }: BundleRequest,
  release: Release,
  report: Report,
  signal: AbortSignal,
) {
  return openRecentApt(aptDirectory, { release: codenames[release], architecture }, report, signal);
}

/** The kubeadm of this machine's architecture: which images there are does not depend on it. */
async function ownKubeadm(request: BundleRequest, report: Report, signal: AbortSignal): Promise<string> {
  const architecture = architectures[process.arch];
  if (architecture === undefined) {
    throw new BootstrapError('preflight.failed', `there is no kubeadm for this machine's ${process.arch}`, {
      hint: 'It has to be run to know the images. Make the bundle on an x86-64 or an ARM64 machine.',
    });
  }
  const asked = programRequest(request, architecture, { whole: true, report, signal }, ['kubeadm']);
  await fetchPrograms(asked);
  return join(asked.directory, 'kubeadm');
}

const architectures: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: 'amd64',
  arm64: 'arm64',
};

function uniqueImages(images: readonly WantedImage[]): readonly WantedImage[] {
  return images.filter(({ name }, index) => images.findIndex((other) => other.name === name) === index);
}

/** All that are not to be had at once. */
async function findImages(
  images: readonly WantedImage[],
  { registries, architecture }: BundleRequest,
  report: Report,
  signal: AbortSignal,
): Promise<readonly FoundImage[]> {
  images.forEach(({ name }) => {
    requireTag(name);
  });
  report('the images, in their registries');
  const asked = await withSkopeo(registries, signal, (skopeo) =>
    Promise.allSettled(
      images.map(async (image) => ({
        ...image,
        digest: await skopeo.digest(image.name, architecture, signal),
      })),
    ),
  );
  const failures = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const unknown = failures.find(
    (error) => !(error instanceof BootstrapError) || error.code === 'interrupted',
  );
  if (unknown !== undefined) throw asError(unknown);
  const [first, ...rest] = failures as BootstrapError[];
  if (first !== undefined) throw rest.length === 0 ? first : new ErrorList([first, ...rest]);
  return asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** An archive keeps names with a tag only. */
function requireTag(name: string): void {
  const { tag, digest } = splitImageName(name);
  if (digest === undefined && tag !== undefined) return;
  throw new BootstrapError('usage', `${name} has a digest instead of a tag`, {
    hint: 'A bundle keeps images by their tags, and notes the digest of each. Name it with its tag in both places.',
  });
}
