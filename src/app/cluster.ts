// Opens what a command names: the inventory with all its rules checked, and the bundle it points to.
import { systemClock, type Clock } from '../core/clock.ts';
import type { BootstrapError } from '../core/errors.ts';
import { loadInventory } from '../inventory/load.ts';
import type { LocalEnvironment } from '../inventory/local-paths.ts';
import { resolveInventory, type ResolvedInventory } from '../inventory/resolve.ts';
import { isWebUrl } from '../inventory/schema/scalars.ts';
import type { HostSshOptions } from '../transport/resolve/ssh-options.ts';
import { missingImages } from './kubernetes/bundle-images.ts';
import { downloadProxyOf, type DownloadProxy } from './downloads/download-proxy.ts';
import { endedSupport } from './ended-support.ts';
import { kubernetesFiles, type KubernetesFiles } from './kubernetes/kubernetes-source.ts';
import { runtimeFiles, type RuntimeFiles } from './kubernetes/runtime-source.ts';
import { missingKeys } from './missing-keys.ts';
import { podNetworkOf, readPodNetwork, type PodNetwork } from './pod-network.ts';
import { registriesOf, type Registries } from './registries.ts';

export interface Cluster {
  readonly inventory: ResolvedInventory;
  readonly kubernetes: KubernetesFiles;
  readonly runtime: RuntimeFiles;
  /** What works and is still worth a thought. */
  readonly warnings: readonly BootstrapError[];
  /** Private keys that are named and not there: no hindrance until somebody is to log in by them. */
  readonly missingKeys: readonly BootstrapError[];
  readonly podNetwork: PodNetworkChoice;
  readonly registries: Registries;
  readonly downloads: DownloadProxy;
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
 * Reads an inventory file and its bundle, if it names one; connects to nothing.
 * @throws ErrorList of `inventory.invalid`, BootstrapError `file.unreadable`, `bundle.missing` or `bundle.invalid`
 */
export async function openCluster(
  file: string,
  environment: LocalEnvironment,
  clock: Pick<Clock, 'date'> = systemClock,
): Promise<Cluster> {
  const loaded = await loadInventory(file);
  const inventory = resolveInventory(loaded, environment);
  const kubernetes = await kubernetesFiles(loaded, inventory);
  const { isRemote } = kubernetes;
  const { manifest } = kubernetes.known.bundle;
  const warnings = [
    ...endedSupport(loaded, clock.date()),
    ...loaded.warnings,
    ...(isRemote ? [] : missingImages(loaded, manifest)),
  ];
  const { cni } = inventory.cluster.network;
  const podNetwork = {
    known: podNetworkOf(cni),
    isRemote: typeof cni !== 'string' && isWebUrl(cni.manifest),
    read: () => readPodNetwork(loaded, isRemote ? undefined : manifest, environment),
  };
  return {
    inventory,
    kubernetes,
    runtime: runtimeFiles(loaded, inventory),
    warnings,
    missingKeys: await missingKeys(loaded, environment),
    podNetwork,
    registries: registriesOf(loaded, inventory.registries),
    downloads: downloadProxyOf(loaded, inventory.downloads),
  };
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
