// Where Kubernetes comes from: the bundle that the inventory names, packages of its repositories, or programs that are
// fetched.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readManifest, requireFiles } from '../../bundle/load.ts';
import { hasKubernetesPackages, type BundleManifest, type OfferedManifest } from '../../bundle/manifest.ts';
import { BootstrapError } from '../../core/errors.ts';
import type { LoadedInventory } from '../../inventory/load.ts';
import type {
  BundleSource,
  PackageSource,
  ProgramSource,
  ResolvedInventory,
} from '../../inventory/resolve.ts';
import { nodePrograms, pauseTag, programUrl } from '../../kube/release.ts';
import { parseVersion } from '../../kube/version.ts';
import { siteLogin } from '../downloads/read-login.ts';
import { fetchSited } from './fetching.ts';
import type { HostDownloads } from './host-downloads.ts';
import { readPackageRepository, type PackageRepository } from './package-source.ts';
import type { ChosenKind } from './choose-source.ts';
import type { Reading } from './reading.ts';

/** What there is to install. */
export interface KubernetesOffer {
  readonly bundle: OfferedBundle;
  /** Where its packages come from, if it comes as such: a repository, or this very bundle. */
  readonly packages: PackageRepository | { readonly bundle: OfferedBundle } | null;
}

interface OfferedBundle {
  readonly directory: string;
  readonly manifest: OfferedManifest;
  /** For hosts that fetch the programs themselves. */
  readonly downloads?: HostDownloads;
}

/** Programs or a key may have to be fetched, which is done for nobody who does not install them. */
export interface KubernetesFiles {
  /** What is known without them; of a bundle at hand that is all. */
  readonly known: KubernetesOffer;
  /** Whether something has to be fetched. */
  readonly isRemote: boolean;
  /** What can be chosen, where the hosts decide: `known` is then what both have in common. */
  readonly choices?: Readonly<Record<ChosenKind, KubernetesFiles>>;
  /** @throws BootstrapError `download.failed`, `file.unreadable` or `interrupted`, at the line of the inventory */
  read(reading: Reading): Promise<KubernetesOffer>;
}

/**
 * Opens a bundle; of what is to be fetched it only says what it is called.
 * @throws BootstrapError `file.unreadable`, `bundle.missing` or `bundle.invalid`
 */
export async function kubernetesFiles(
  loaded: LoadedInventory,
  { source, cluster: { kubernetes } }: ResolvedInventory,
): Promise<KubernetesFiles> {
  const { version } = kubernetes;
  if (source.kind === 'bundle') return bundleAtHand(loaded, version, source);
  if (source.kind === 'packages') return packagesOf(loaded, version, source);
  if (source.kind === 'binaries') return fetchedPrograms(loaded, version, source);
  const packages = packagesOf(loaded, version, source.packages);
  const binaries = fetchedPrograms(loaded, version, source.binaries);
  return { ...packages, choices: { packages, binaries } };
}

async function bundleAtHand(
  loaded: LoadedInventory,
  version: string,
  { directory, allowedSigners }: BundleSource,
): Promise<KubernetesFiles> {
  const { manifest, bytes } = await atLine(loaded, 'bundle', () => readManifest(directory));
  if (allowedSigners !== undefined) {
    // Nobody else loads what starts programs.
    const { checkSignature } = await import('../../bundle/check/signature.ts');
    await atLine(loaded, 'allowedSigners', () => checkSignature(directory, bytes, allowedSigners));
  }
  await atLine(loaded, 'bundle', () => requireFiles(directory, manifest));
  checkVersion(loaded, version, directory, manifest);
  const bundle = { directory, manifest };
  const known = { bundle, packages: hasKubernetesPackages(manifest) ? { bundle } : null };
  return { known, isRemote: false, read: async () => known };
}

function packagesOf(loaded: LoadedInventory, version: string, source: PackageSource): KubernetesFiles {
  const bundle = { directory: '/', manifest: manifestOf(source.imageRepository, version) };
  const read = (reading: Reading) =>
    atLine(loaded, 'packages', async () => ({
      bundle,
      packages: await readPackageRepository(source, version, reading),
    }));
  const { site, fingerprint } = source;
  const packages = { site, fingerprint, key: '', ca: null, login: null };
  return { known: { bundle, packages }, isRemote: true, read };
}

function fetchedPrograms(loaded: LoadedInventory, version: string, source: ProgramSource): KubernetesFiles {
  const { architecture, imageRepository } = source;
  const manifest = { ...manifestOf(imageRepository, version), architecture };
  const read = (reading: Reading) =>
    atLine(loaded, 'binaries', async () => {
      const directory = join(reading.cacheDirectory, cacheName(source, version));
      const programs = programsOf(source, version);
      const site = () => siteLogin(source, reading.secrets);
      const { files, told } = await fetchSited({ ...source, loginSite: site }, programs, directory, reading);
      const bundle = { directory, manifest: { ...manifest, files: [...files] }, ...told };
      return { bundle, packages: null };
    });
  // Nothing lies there yet.
  return { known: { bundle: { directory: '/', manifest }, packages: null }, isRemote: true, read };
}

function manifestOf(imageRepository: string, version: string): OfferedManifest {
  return {
    format: 1,
    kubernetesVersion: version,
    imageRepository,
    pauseImage: `${imageRepository}/pause:${pauseTag(parseVersion(version))}`,
    clusterDns: true,
    files: [],
  };
}

function programsOf({ site, architecture }: ProgramSource, version: string) {
  return nodePrograms.map((name) => ({
    name,
    url: programUrl(site, parseVersion(version), architecture, name),
  }));
}

/** What one site has sent is no other's. */
function cacheName({ site, architecture }: ProgramSource, version: string): string {
  const mark = createHash('sha256').update(site).digest('hex').slice(0, 8);
  return `programs-${version}-${architecture}-${mark}`;
}

const kubernetesPath = ['cluster', 'kubernetes'] as const;

/** What is wrong with a source is told at the line that names it. */
async function atLine<T>(
  { placeOf, excerptOf }: LoadedInventory,
  key: 'bundle' | 'allowedSigners' | 'packages' | 'binaries',
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof BootstrapError) || error.code === 'interrupted') throw error;
    const path = [...kubernetesPath, 'source', key];
    throw error.with({ where: placeOf(path), detail: error.detail ?? excerptOf(path) });
  }
}

function checkVersion(
  { placeOf, excerptOf }: LoadedInventory,
  wanted: string,
  directory: string,
  { kubernetesVersion: held }: BundleManifest,
): void {
  if (held === wanted) return;
  const path = [...kubernetesPath, 'version'];
  const message = `the inventory asks for Kubernetes ${wanted}, the bundle holds ${held}`;
  throw new BootstrapError('bundle.invalid', message, {
    where: placeOf(path),
    detail: excerptOf(path),
    hint: `Write "version: ${held}", or name a bundle of ${wanted}: this one is ${directory}.`,
  });
}
