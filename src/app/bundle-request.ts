// What a bundle is to be made of, from the command line and from an inventory: what the command line says counts first.
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import type { BundleRequest } from '../bundle/make/request.ts';
import { BootstrapError, ErrorList } from '../core/errors.ts';
import { hideLogins } from '../core/secret.ts';
import { loadInventory, type LoadedInventory } from '../inventory/load.ts';
import type { LocalEnvironment } from '../inventory/local-paths.ts';
import { resolveInventory } from '../inventory/resolve.ts';
import {
  imageReference,
  imageRepository,
  keyFingerprint,
  packageSite,
  webSite,
} from '../inventory/schema/scalars.ts';
import { fullReference } from '../kube/objects/image-reference.ts';
import { containerImages } from '../kube/objects/manifest.ts';
import { publicRepository } from '../kube/release.ts';
import {
  bundleOrigin,
  contradictions,
  originKind,
  requireOffered,
  wantedSites,
  type OriginEnvironment,
  type OriginKind,
  type OriginOptions,
  type WantedSites,
} from './kubernetes/bundle-origin.ts';
import { readPodNetwork } from './pod-network.ts';

/** As written on the command line. */
export interface BundleOptions extends OriginOptions {
  /** Such as v1.37.2. */
  readonly kubernetes?: string | undefined;
  readonly inventory?: string | undefined;
  readonly ca?: string | undefined;
  readonly image: readonly string[];
  readonly release: BundleRequest['releases'];
  readonly architecture?: BundleRequest['architecture'] | undefined;
  readonly authfile?: string | undefined;
}

export interface RequestEnvironment extends OriginEnvironment {
  readonly local: LocalEnvironment;
  readonly through: BundleRequest['through'];
}

/** What an inventory says of it. */
interface Wanted {
  readonly version?: string;
  readonly sites: WantedSites;
  readonly imageRepository?: string | undefined;
  readonly images: readonly string[];
  readonly loaded?: LoadedInventory;
}

/**
 * @throws BootstrapError or ErrorList: `usage` for what is wrong on the command line, and all that an inventory and the
 *   manifest of its pod network can be wrong with
 */
export async function bundleRequest(
  options: BundleOptions,
  environment: RequestEnvironment,
): Promise<BundleRequest> {
  const { inventory } = options;
  const wanted = inventory === undefined ? nothingWanted : await wantedBy(inventory, environment.local);
  const { sites } = wanted;
  const kind = originKind(options, sites);
  checkOptions(options, kind);
  if (options.mirror === undefined) refuseLogin(wanted, kind);
  const version = requireVersion(options.kubernetes ?? wanted.version);
  requireOffered(version, kind);
  const ca = options.ca === undefined ? siteOf(sites, kind)?.ca : resolve(options.ca);
  return {
    version,
    architecture: options.architecture ?? architectureOf(sites, kind),
    from: bundleOrigin(kind, version, options, sites, environment),
    ca,
    through: environment.through,
    registries: { ca, authFile: options.authfile === undefined ? undefined : resolve(options.authfile) },
    imageRepository: options.imageRepository ?? wanted.imageRepository ?? publicRepository,
    workloadImages: [...new Set([...wanted.images, ...options.image].map(fullReference))],
    releases: options.release,
    aptDirectory: join(environment.cacheDirectory, 'bundle-packages'),
  };
}

function siteOf(sites: WantedSites, kind: OriginKind) {
  return kind === 'modules' ? undefined : sites[kind];
}

/** Making a bundle asks nobody for a password; and apt, which then has to know it, would have it in a file. */
function refuseLogin({ sites, loaded }: Wanted, kind: OriginKind): void {
  if (loaded === undefined || siteOf(sites, kind)?.login === undefined) return;
  const path = ['cluster', 'kubernetes', 'source', kind, 'login'];
  throw new BootstrapError('usage', `bundles are made from sites without a login, and ${kind} has one`, {
    where: loaded.placeOf(path),
    detail: loaded.excerptOf(path),
    hint: 'Name a mirror that wants none with --mirror URL, or make the bundle without --inventory.',
  });
}

/** What is compiled is for one only. */
function architectureOf({ binaries }: WantedSites, kind: OriginKind): BundleRequest['architecture'] {
  return kind === 'modules' || binaries === undefined ? 'amd64' : binaries.architecture;
}

const nothingWanted: Wanted = { images: [], sites: {} };

function requireVersion(version: string | undefined): string {
  if (version !== undefined) return version;
  throw new BootstrapError('usage', 'which Kubernetes is the bundle to have?', {
    hint: 'Say --kubernetes VERSION, or --inventory FILE with an inventory that has one.',
  });
}

/** All mistakes at once. */
function checkOptions(options: BundleOptions, kind: OriginKind): void {
  const { mirror, key, imageRepository: repository, image } = options;
  const errors = [
    ...contradictions(kind, options),
    ...wrong('--mirror', mirror, kind === 'packages' ? packageSite : webSite),
    ...wrong('--key', key, keyFingerprint),
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
  return {
    loaded,
    version: cluster.kubernetes.version,
    sites: wantedSites(source),
    imageRepository: loaded.inventory.cluster.images.repository,
    images: [...deployed, ...containerImages(objects)].map(({ image }) => image),
  };
}
