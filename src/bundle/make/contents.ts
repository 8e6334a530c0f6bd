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
import type { Bundle } from '../load.ts';
import type { BundleFile } from '../manifest.ts';
import { withSkopeo } from '../registry/skopeo.ts';
import { imagePath } from './image-path.ts';
import { hostBase, hostPackages } from './host-packages.ts';
import { kubernetesImages, pauseImageOf, type WantedImage } from './kubernetes-images.ts';
import { kubeadmDirectory, openKubernetesRepository, unpackedKubeadm } from './kubernetes-packages.ts';
import type { BundleRequest, ProgramSite } from './request.ts';

export interface FoundImage extends WantedImage {
  readonly digest: string;
}

export interface ReleasePackages {
  readonly release: Release;
  readonly packages: readonly NeededPackage[];
}

export interface CompiledFile {
  readonly entry: BundleFile;
  /** Where it lies on this machine. */
  readonly source: string;
}

export interface BundleContents {
  readonly programs: readonly BundleFile[];
  /** Kubernetes' own, instead of programs. */
  readonly kubernetesPackages: readonly NeededPackage[];
  /** What was compiled. */
  readonly compiled: readonly CompiledFile[];
  /** Those of registries. */
  readonly images: readonly FoundImage[];
  readonly imageRepository: string;
  readonly pauseImage: string;
  readonly clusterDns: boolean;
  readonly packages: readonly ReleasePackages[];
}

/** The part that Kubernetes itself is. */
type KubernetesContents = Pick<
  BundleContents,
  'programs' | 'kubernetesPackages' | 'compiled' | 'imageRepository' | 'pauseImage' | 'clusterDns'
> & { readonly wanted: readonly WantedImage[] };

/**
 * Asks the site, the registries and Debian's mirrors. Only the kubeadm that names the images is fetched for it; what is
 * compiled is compiled.
 * @throws BootstrapError `download.failed`, `command.failed`, `preflight.failed` or `interrupted`; ErrorList when
 *   several images are not to be had
 */
export async function bundleContents(
  request: BundleRequest,
  report: Report,
  signal: AbortSignal,
): Promise<BundleContents> {
  const { wanted, ...kubernetes } = await kubernetesContents(request, report, signal);
  const others = request.workloadImages.map((name) => ({ name, use: 'workload' as const }));
  const images = await findImages(uniqueImages([...wanted, ...others]), request, report, signal);
  const packages: ReleasePackages[] = [];
  for (const release of request.releases) {
    report(`the packages of Debian ${release}`);
    const apt = await openBundleApt(request, release, report, signal);
    const set = { base: hostBase, wanted: hostPackages };
    packages.push({ release, packages: await resolvePackageSet(apt, set, signal) });
  }
  return { ...kubernetes, images, packages };
}

async function kubernetesContents(
  request: BundleRequest,
  report: Report,
  signal: AbortSignal,
): Promise<KubernetesContents> {
  const { from, architecture } = request;
  switch (from.kind) {
    case 'binaries': {
      const own = programRequest(request, from, ownArchitecture(), { whole: true, report, signal }, [
        'kubeadm',
      ]);
      await fetchPrograms(own);
      const images = await ownImages(join(own.directory, 'kubeadm'), request, signal);
      const asked = programRequest(request, from, architecture, { whole: false, report, signal });
      return { ...images, programs: await fetchPrograms(asked) };
    }
    case 'packages': {
      const own = await openKubernetesRepository(request, from, ownArchitecture(), report, signal);
      const kubeadm = await unpackedKubeadm(own, kubeadmDirectory(request.aptDirectory, from), signal);
      const images = await ownImages(kubeadm, request, signal);
      const { packages } =
        architecture === ownArchitecture()
          ? own
          : await openKubernetesRepository(request, from, architecture, report, signal);
      return { ...images, kubernetesPackages: packages };
    }
    case 'modules': {
      const compiled = await from.compile(report, signal);
      const { imageRepository, pauseImage, clusterDns } = compiled.manifest;
      return { ...nothing, compiled: compiledFiles(compiled), imageRepository, pauseImage, clusterDns };
    }
  }
}

const nothing = { programs: [], kubernetesPackages: [], compiled: [], wanted: [] };

/** All but packages, and images of workloads: those come from where others come from, too. */
function compiledFiles({ directory, manifest }: Bundle): readonly CompiledFile[] {
  return manifest.files.flatMap((file): readonly CompiledFile[] => {
    const source = join(directory, file.path);
    if (file.kind === 'binary') return [{ source, entry: { ...file, path: `bin/${file.name}` } }];
    if (file.kind !== 'image' || file.use === 'workload') return [];
    return [{ source, entry: { ...file, path: imagePath(file.name) } }];
  });
}

/** What a kubeadm says of its images. */
async function ownImages(
  kubeadm: string,
  request: BundleRequest,
  signal: AbortSignal,
): Promise<KubernetesContents> {
  const wanted = await kubernetesImages(kubeadm, request, signal);
  return {
    ...nothing,
    wanted,
    imageRepository: request.imageRepository,
    pauseImage: pauseImageOf(wanted) ?? '',
    clusterDns: wanted.some(({ name }) => /\/coredns:[^/]*$/.test(name)),
  };
}

/** What the site is asked for. */
export function programRequest(
  { version, ca, through }: BundleRequest,
  { site, programDirectory }: ProgramSite,
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

/** That of this machine, whose kubeadm is run: which images there are does not depend on it. */
function ownArchitecture(): string {
  const architecture = architectures[process.arch];
  if (architecture !== undefined) return architecture;
  throw new BootstrapError('preflight.failed', `there is no kubeadm for this machine's ${process.arch}`, {
    hint: 'It has to be run to know the images. Make the bundle on an x86-64 or an ARM64 machine.',
  });
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
  // Nobody needs skopeo for none.
  if (images.length === 0) return [];
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
