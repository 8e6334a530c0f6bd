// Opens what a command names: the inventory with all its rules checked, and the bundle it points to.
import { loadBundle, type Bundle } from '../bundle/load.ts';
import { systemClock, type Clock } from '../core/clock.ts';
import { BootstrapError } from '../core/errors.ts';
import { loadInventory, type LoadedInventory } from '../inventory/load.ts';
import type { LocalEnvironment } from '../inventory/local-paths.ts';
import { resolveInventory, type ResolvedInventory } from '../inventory/resolve.ts';
import { isWebUrl } from '../inventory/schema/scalars.ts';
import type { HostSshOptions } from '../transport/resolve/ssh-options.ts';
import { missingImages } from './bundle-images.ts';
import { endedSupport } from './ended-support.ts';
import { missingKeys } from './missing-keys.ts';
import { podNetworkOf, readPodNetwork, type PodNetwork } from './pod-network.ts';

export interface Cluster {
  readonly inventory: ResolvedInventory;
  readonly bundle: Bundle;
  /** What works and is still worth a thought. */
  readonly warnings: readonly BootstrapError[];
  /** Private keys that are named and not there: no hindrance until somebody is to log in by them. */
  readonly missingKeys: readonly BootstrapError[];
  readonly podNetwork: PodNetworkChoice;
}

/** A manifest may have to be fetched, which is done for nobody who does not apply it. */
export interface PodNetworkChoice {
  /** What is known of it without its manifest. */
  readonly known: PodNetwork;
  /** Whether it has to be fetched. */
  readonly isRemote: boolean;
  /** @throws ErrorList or BootstrapError: what is wrong with the manifest */
  read(): Promise<PodNetwork>;
}

/**
 * Reads an inventory file and its bundle; connects to nothing.
 * @throws ErrorList of `inventory.invalid`, BootstrapError `file.unreadable`, `bundle.missing` or `bundle.invalid`
 */
export async function openCluster(
  file: string,
  environment: LocalEnvironment,
  clock: Pick<Clock, 'date'> = systemClock,
): Promise<Cluster> {
  const loaded = await loadInventory(file);
  const inventory = resolveInventory(loaded, environment);
  const bundle = await openBundle(loaded, inventory);
  checkVersion(loaded, inventory, bundle);
  const warnings = [
    ...endedSupport(loaded, clock.date()),
    ...loaded.warnings,
    ...missingImages(loaded, bundle.manifest),
  ];
  const { cni } = inventory.cluster.network;
  const podNetwork = {
    known: podNetworkOf(cni),
    isRemote: typeof cni !== 'string' && isWebUrl(cni.manifest),
    read: () => readPodNetwork(loaded, bundle.manifest, environment),
  };
  return { inventory, bundle, warnings, missingKeys: await missingKeys(loaded, environment), podNetwork };
}

const kubernetes = ['cluster', 'kubernetes'] as const;
const bundlePath = [...kubernetes, 'source', 'bundle'];

/** The bundle; what is wrong with it is told at the line that names it. */
async function openBundle(
  { placeOf, excerptOf }: LoadedInventory,
  { bundleDirectory }: ResolvedInventory,
): Promise<Bundle> {
  try {
    return await loadBundle(bundleDirectory);
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    throw error.with({ where: placeOf(bundlePath), detail: error.detail ?? excerptOf(bundlePath) });
  }
}

function checkVersion(
  { placeOf, excerptOf }: LoadedInventory,
  { cluster, bundleDirectory }: ResolvedInventory,
  { manifest }: Bundle,
): void {
  const path = [...kubernetes, 'version'];
  const wanted = cluster.kubernetes.version;
  const held = manifest.kubernetesVersion;
  if (held === wanted) return;
  throw new BootstrapError(
    'bundle.invalid',
    `the inventory asks for Kubernetes ${wanted}, the bundle holds ${held}`,
    {
      where: placeOf(path),
      detail: excerptOf(path),
      hint: `Write "version: ${held}", or name a bundle of ${wanted}: this one is ${bundleDirectory}.`,
    },
  );
}

/** What the command line says about logging in. */
export interface LoginOptions {
  /** Ask for a password for the hosts that have none in the inventory. */
  readonly askPass?: boolean;
  /** Likewise for sudo. */
  readonly askBecomePass?: boolean;
  /** Trust hosts at the first contact, whatever the inventory says. */
  readonly acceptNewHostKeys?: boolean;
}

/** The hosts as the transport wants them, before ssh_config and defaults. */
export function hostSshOptions(
  { hosts }: ResolvedInventory,
  { askPass, askBecomePass, acceptNewHostKeys }: LoginOptions,
): readonly HostSshOptions[] {
  return hosts.map(({ name, address, ssh }) => ({
    ...(askPass === true ? { password: { from: 'terminal', question: 'SSH password' } } : {}),
    ...(askBecomePass === true ? { becomePassword: { from: 'terminal', question: 'sudo password' } } : {}),
    ...ssh,
    ...(acceptNewHostKeys === true ? { hostKeyChecking: 'accept-new' } : {}),
    name,
    address,
  }));
}
