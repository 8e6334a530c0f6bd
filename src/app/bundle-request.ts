// What a bundle is to be made of, from the command line and from an inventory: what the command line says counts first.
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import type { BundleRequest } from '../bundle/make/request.ts';
import { BootstrapError, ErrorList } from '../core/errors.ts';
import { hideLogins } from '../core/secret.ts';
import { loadInventory } from '../inventory/load.ts';
import type { LocalEnvironment } from '../inventory/local-paths.ts';
import { resolveInventory } from '../inventory/resolve.ts';
import { imageReference, imageRepository, webSite } from '../inventory/schema/scalars.ts';
import { kubernetesSite } from '../inventory/schema/source-schema.ts';
import { fullReference } from '../kube/objects/image-reference.ts';
import { containerImages } from '../kube/objects/manifest.ts';
import { publicRepository } from '../kube/release.ts';
import { isSince, parseVersion } from '../kube/version.ts';
import { readPodNetwork } from './pod-network.ts';

/** As written on the command line. */
export interface BundleOptions {
  /** Such as v1.37.2. */
  readonly kubernetes?: string | undefined;
  readonly inventory?: string | undefined;
  readonly mirror?: string | undefined;
  readonly ca?: string | undefined;
  readonly imageRepository?: string | undefined;
  readonly image: readonly string[];
  readonly release: BundleRequest['releases'];
  readonly architecture?: BundleRequest['architecture'] | undefined;
  readonly authfile?: string | undefined;
}

export interface RequestEnvironment {
  readonly local: LocalEnvironment;
  /** Where this program keeps what can be fetched again. */
  readonly cacheDirectory: string;
  readonly through: BundleRequest['through'];
}

/** What an inventory says of it. */
interface Wanted {
  readonly version?: string;
  readonly site?: string;
  readonly ca?: string | undefined;
  readonly architecture?: BundleRequest['architecture'];
  readonly imageRepository?: string | undefined;
  readonly images: readonly string[];
}

/**
 * @throws BootstrapError or ErrorList: `usage` for what is wrong on the command line, and all that an inventory and the
 *   manifest of its pod network can be wrong with
 */
export async function bundleRequest(
  options: BundleOptions,
  { local, cacheDirectory, through }: RequestEnvironment,
): Promise<BundleRequest> {
  checkOptions(options);
  const wanted = options.inventory === undefined ? { images: [] } : await wantedBy(options.inventory, local);
  const version = requireVersion(options.kubernetes ?? wanted.version);
  const site = (options.mirror ?? wanted.site ?? kubernetesSite).replace(/\/+$/, '');
  const ca = options.ca === undefined ? wanted.ca : resolve(options.ca);
  const mark = createHash('sha256').update(site).digest('hex').slice(0, 8);
  return {
    version,
    architecture: options.architecture ?? wanted.architecture ?? 'amd64',
    site,
    ca,
    through,
    registries: { ca, authFile: options.authfile === undefined ? undefined : resolve(options.authfile) },
    imageRepository: options.imageRepository ?? wanted.imageRepository ?? publicRepository,
    workloadImages: [...new Set([...wanted.images, ...options.image].map(fullReference))],
    releases: options.release,
    // The same as that of `source: binaries`, so nothing is fetched twice.
    programDirectory: (architecture) => join(cacheDirectory, `programs-${version}-${architecture}-${mark}`),
    aptDirectory: join(cacheDirectory, 'bundle-packages'),
  };
}

/** dl.k8s.io has checksums of SHA-256 from this minor on. */
const oldestMinor = '1.16';

function requireVersion(version: string | undefined): string {
  if (version === undefined) {
    throw new BootstrapError('usage', 'which Kubernetes is the bundle to have?', {
      hint: 'Say --kubernetes VERSION, or --inventory FILE with an inventory that has one.',
    });
  }
  if (isSince(parseVersion(version), oldestMinor)) return version;
  throw new BootstrapError('usage', `Kubernetes ${version} has no checksums on the site of its makers`, {
    hint: `${oldestMinor} is the first that has.`,
  });
}

/** All mistakes at once. */
function checkOptions({ mirror, imageRepository: repository, image }: BundleOptions): void {
  const errors = [
    ...wrong('--mirror', mirror, webSite),
    ...wrong('--image-repository', repository, imageRepository),
    ...image.flatMap((one) => wrong('--image', one, imageReference)),
  ];
  const [first, ...rest] = errors;
  if (first !== undefined) throw rest.length === 0 ? first : new ErrorList([first, ...rest]);
}

/** @throws BootstrapError `usage` for anything but a registry, or one with the path of a repository */
export function requireRepository(written: string): void {
  const [error] = wrong('REGISTRY', written, imageRepository);
  if (error !== undefined) throw error.with({ hint: 'Write it without https:// in front.' });
}

function wrong(option: string, value: string | undefined, schema: z.ZodType): readonly BootstrapError[] {
  const result = value === undefined ? undefined : schema.safeParse(value);
  if (result === undefined || result.success) return [];
  const [issue] = result.error.issues;
  return [
    new BootstrapError(
      'usage',
      `${option} ${JSON.stringify(hideLogins(value ?? ''))} ${issue?.message ?? ''}`.trim(),
    ),
  ];
}

async function wantedBy(file: string, environment: LocalEnvironment): Promise<Wanted> {
  const loaded = await loadInventory(file);
  const { source, cluster } = resolveInventory(loaded, environment);
  const { objects } = await readPodNetwork(loaded, undefined, environment);
  const deployed = loaded.inventory.workloads.flatMap(({ deployments }) => deployments);
  const ofMirror = source.kind === 'binaries' ? source : source.kind === 'auto' ? source.binaries : undefined;
  return {
    version: cluster.kubernetes.version,
    ...(ofMirror && { site: ofMirror.site, ca: ofMirror.ca, architecture: ofMirror.architecture }),
    imageRepository: loaded.inventory.cluster.images.repository,
    images: [...deployed, ...containerImages(objects)].map(({ image }) => image),
  };
}
