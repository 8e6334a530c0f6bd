// Where Kubernetes' files come from: the bundle that the inventory names, or programs that are fetched for it.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { loadBundle, type Bundle } from '../bundle/load.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import { BootstrapError } from '../core/errors.ts';
import type { WebOptions } from '../download/connections.ts';
import type { LoadedInventory } from '../inventory/load.ts';
import type { ResolvedInventory } from '../inventory/resolve.ts';
import { nodePrograms, pauseTag, programUrl } from '../kube/release.ts';
import { parseVersion } from '../kube/version.ts';

/** How much of the files is wanted. */
export interface Reading {
  /** Also what is in them, to be sent; else their names and digests alone. */
  readonly whole: boolean;
  /** Where what was fetched stays, an absolute path. */
  readonly cacheDirectory: string;
  /** How web servers are reached. */
  readonly through: Pick<WebOptions, 'proxy' | 'noProxy'>;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Programs may have to be fetched, which is done for nobody who does not install them. */
export interface KubernetesFiles {
  /** What is known without them; of a bundle at hand that is all. */
  readonly known: Bundle;
  /** Whether they have to be fetched. */
  readonly isRemote: boolean;
  /** @throws BootstrapError `download.failed`, `file.unreadable` or `interrupted`, at the line of the inventory */
  read(reading: Reading): Promise<Bundle>;
}

/**
 * Opens a bundle; of programs to be fetched it only says what they are called.
 * @throws BootstrapError `file.unreadable`, `bundle.missing` or `bundle.invalid`
 */
export async function kubernetesFiles(
  loaded: LoadedInventory,
  { source, cluster: { kubernetes } }: ResolvedInventory,
): Promise<KubernetesFiles> {
  const { version } = kubernetes;
  if (source.kind === 'bundle') {
    const known = await atLine(loaded, 'bundle', () => loadBundle(source.directory));
    const { allowedSigners } = source;
    if (allowedSigners !== undefined) {
      // Nobody else loads what starts programs.
      const { checkSignature } = await import('../bundle/check/signature.ts');
      await atLine(loaded, 'allowedSigners', () => checkSignature(source.directory, allowedSigners));
    }
    checkVersion(loaded, version, source.directory, known.manifest);
    return { known, isRemote: false, read: async () => known };
  }
  // Nothing lies there yet.
  const known = { directory: '/', manifest: manifestOf(source, version) };
  return {
    known,
    isRemote: true,
    read: (reading) =>
      atLine(loaded, 'binaries', async () => {
        const directory = join(reading.cacheDirectory, cacheName(source, version));
        const { fetchPrograms } = await import('../bundle/fetch-programs.ts');
        const files = await fetchPrograms({
          ...reading,
          directory,
          ca: source.ca,
          programs: programsOf(source, version),
        });
        return { directory, manifest: { ...known.manifest, files: [...files] } };
      }),
  };
}

type FetchedSource = Extract<ResolvedInventory['source'], { kind: 'binaries' }>;

function manifestOf({ architecture, imageRepository }: FetchedSource, version: string): BundleManifest {
  return {
    format: 1,
    kubernetesVersion: version,
    architecture,
    imageRepository,
    pauseImage: `${imageRepository}/pause:${pauseTag(parseVersion(version))}`,
    clusterDns: true,
    files: [],
  };
}

function programsOf({ site, architecture }: FetchedSource, version: string) {
  return nodePrograms.map((name) => ({
    name,
    url: programUrl(site, parseVersion(version), architecture, name),
  }));
}

/** What one site has sent is no other's. */
function cacheName({ site, architecture }: FetchedSource, version: string): string {
  const mark = createHash('sha256').update(site).digest('hex').slice(0, 8);
  return `programs-${version}-${architecture}-${mark}`;
}

const kubernetesPath = ['cluster', 'kubernetes'] as const;

/** What is wrong with a source is told at the line that names it. */
async function atLine<T>(
  { placeOf, excerptOf }: LoadedInventory,
  key: 'bundle' | 'allowedSigners' | 'binaries',
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
