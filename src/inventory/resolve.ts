// Checked inventory → what the rest of the program works with: roles counted out, SSH settings merged, paths absolute.
import { defined } from '../core/defined.ts';
import { canonicalIp, formatEndpoint, isIpv6, splitNetworks } from '../core/ip.ts';
import { externalIPBinding, type ExternalIPBinding } from '../kube/outside/external-ip-binding.ts';
import { interfaceChoices, type InterfaceChoices } from '../kube/outside/interface-choice.ts';
import { externalIPsOf } from '../kube/objects/workloads.ts';
import { publicRepository } from '../kube/release.ts';
import { parseVersion } from '../kube/version.ts';
import { claimedAddresses, type ClaimedAddresses } from './claimed-addresses.ts';
import type { LoadedInventory } from './load.ts';
import { localPaths, type LocalEnvironment } from './local-paths.ts';
import { resolveDownloads, type DownloadSettings } from './resolve-downloads.ts';
import { resolveRegistries, type RegistrySettings } from './resolve-registries.ts';
import { loginSettings, type LoginSettings } from './resolve-secret.ts';
import { resolveSsh, type SshSettings } from './resolve-ssh.ts';
import { apiPort, parseEndpoint } from './schema/endpoint.ts';
import type { Inventory, InventoryHost } from './schema/schema.ts';

export interface ResolvedHost extends Omit<InventoryHost, 'interface' | 'ssh' | 'secondAddress'> {
  /** The host's own name for the interface that clients ask on; null when only the common one counts. */
  readonly interface: string | null;
  /** As ClusterNode has them. */
  readonly addresses: readonly string[];
  /** How to log in, as far as the inventory says it. */
  readonly ssh: SshSettings;
}

/** A node as playbooks see it. */
export interface ClusterNode {
  readonly name: string;
  /** Of the cluster's first family. */
  readonly address: string;
  /** All, that one first: one of each family of the cluster. */
  readonly addresses: readonly string[];
  readonly roles: readonly string[];
}

type WrittenWorkload = Inventory['workloads'][number];

export interface ResolvedWorkload extends Readonly<Omit<WrittenWorkload, 'services'>> {
  readonly services: readonly (WrittenWorkload['services'][number] & {
    /** Whether the Service is to have an address of each family. */
    readonly bothFamilies?: boolean;
  })[];
}

type ControlPlane = Inventory['cluster']['controlPlane'];

/** The `cluster` of playbook expressions. */
export interface ResolvedCluster extends Readonly<
  Omit<Inventory['cluster'], 'controlPlane' | 'downloads' | 'images' | 'kubeProxy' | 'registries' | 'runtime'>
> {
  readonly kubeProxy: Inventory['cluster']['kubeProxy'] & {
    /** The keys that the inventory gives. Of the others a running kube-proxy keeps what it has. */
    readonly named: readonly string[];
  };
  /** What is not given is null, so that conditions of playbooks can ask for it. */
  readonly controlPlane: Omit<ControlPlane, 'vip'> & {
    readonly vip: (Omit<NonNullable<ControlPlane['vip']>, 'interface'> & InterfaceChoices) | null;
  };
  /** Name of the host on which the cluster starts: the first control plane in the file. */
  readonly firstControlPlane: string;
  /** Names, in the order of the file. */
  readonly controlPlanes: readonly string[];
  /** Names of all other hosts, in the order of the file. A control plane may have the role "worker" too. */
  readonly workers: readonly string[];
  /** Where the API is reached: `HOST:PORT`, with brackets around IPv6. */
  readonly endpoint: string;
  readonly nodes: readonly ClusterNode[];
  /** Those of its networks, the first one first. */
  readonly families: readonly ('IPv4' | 'IPv6')[];
}

/** Where Kubernetes comes from; paths are absolute. */
export type KubernetesSource =
  | BundleSource
  | PackageSource
  | ProgramSource
  | { readonly kind: 'auto'; readonly packages: PackageSource; readonly binaries: ProgramSource };

export interface BundleSource {
  readonly kind: 'bundle';
  readonly directory: string;
  /** File of those who may have signed it; without it nobody has to. */
  readonly allowedSigners?: string;
}

interface Site {
  /** URL without a slash at its end. */
  readonly site: string;
  /** File with more certificates to believe. */
  readonly ca?: string;
  /** For this site alone. */
  readonly login?: LoginSettings;
}

interface SiteSource extends Site {
  /** What stands before the names of Kubernetes' images. */
  readonly imageRepository: string;
}

export interface PackageSource extends SiteSource {
  readonly kind: 'packages';
  /** Of the key that signs the packages. */
  readonly fingerprint: string;
}

export interface ProgramSource extends SiteSource {
  readonly kind: 'binaries';
  readonly architecture: 'amd64' | 'arm64';
  readonly fetch: Fetcher;
}

/** Who downloads: the machine that this program runs on, or each host. */
export type Fetcher = 'controller' | 'host';

/** Releases of the container runtime's makers. */
export interface RuntimeSource extends Site {
  /** Without it that of Kubernetes' programs. */
  readonly architecture?: 'amd64' | 'arm64' | undefined;
  readonly fetch: Fetcher;
  readonly versions: Inventory['cluster']['runtime']['versions'];
}

export interface ResolvedInventory {
  /** The file, as the user named it. */
  readonly file: string;
  readonly cluster: ResolvedCluster;
  /** In the order of the file; addresses in canonical form. */
  readonly hosts: readonly ResolvedHost[];
  readonly source: KubernetesSource;
  /** Without it the distribution has the container runtime. */
  readonly runtime?: RuntimeSource | undefined;
  readonly registries: readonly RegistrySettings[];
  /** Where hosts need a proxy. */
  readonly downloads?: DownloadSettings;
  readonly externalIPs: NonNullable<Inventory['externalIPs']> | null;
  readonly workloads: readonly ResolvedWorkload[];
  /** Who binds the workloads' external IPs, and on which nodes. */
  readonly binding: ExternalIPBinding;
  /** The addresses that must be free, with their lines in the file. */
  readonly claims: ClaimedAddresses;
}

/** Fills in what follows from the inventory and from this machine's user. Touches no file. */
export function resolveInventory(loaded: LoadedInventory, environment: LocalEnvironment): ResolvedInventory {
  const { file, inventory } = loaded;
  const absolute = localPaths(file, environment);
  const hosts = inventory.hosts.map(({ address, secondAddress, interface: device, ssh, ...host }) => ({
    ...host,
    interface: device ?? null,
    address: canonicalIp(address),
    addresses: [address, ...(secondAddress === undefined ? [] : [secondAddress])].map(canonicalIp),
    ssh: resolveSsh(host.name, inventory.ssh, ssh ?? {}, absolute),
  }));
  const hasBoth = familiesOf(inventory.cluster).length > 1;
  const workloads = inventory.workloads.map((workload) => resolveWorkload(workload, hasBoth));
  return {
    file,
    cluster: resolveCluster(loaded, hosts),
    hosts,
    source: resolveSource(inventory.cluster, absolute),
    runtime: resolveRuntime(inventory.cluster, absolute),
    registries: resolveRegistries(inventory.cluster, absolute),
    ...defined({ downloads: resolveDownloads(inventory, absolute) }),
    externalIPs: inventory.externalIPs ?? null,
    workloads,
    binding: resolveBinding(inventory, hosts, workloads),
    claims: claimedAddresses(loaded),
  };
}

function resolveSource(
  { kubernetes: { source }, images }: Inventory['cluster'],
  absolute: (path: string) => string,
): KubernetesSource {
  const { bundle, allowedSigners, binaries, packages } = source;
  const imageRepository = images.repository ?? publicRepository;
  const fromPackages = packages && {
    kind: 'packages' as const,
    ...siteOf(packages, absolute),
    fingerprint: packages.key,
    imageRepository,
  };
  const fromPrograms = binaries && {
    kind: 'binaries' as const,
    ...siteOf(binaries, absolute),
    architecture: binaries.architecture,
    fetch: binaries.fetch,
    imageRepository,
  };
  if (fromPackages && fromPrograms) return { kind: 'auto', packages: fromPackages, binaries: fromPrograms };
  const signers = allowedSigners === undefined ? {} : { allowedSigners: absolute(allowedSigners) };
  return fromPackages ?? fromPrograms ?? { kind: 'bundle', directory: absolute(bundle ?? ''), ...signers };
}

function resolveRuntime(
  { runtime: { source, versions } }: Inventory['cluster'],
  absolute: (path: string) => string,
): RuntimeSource | undefined {
  if (source === null) return undefined;
  return {
    ...siteOf(source, absolute),
    architecture: source.architecture,
    fetch: source.fetch,
    versions,
  };
}

type WrittenSite = Pick<
  NonNullable<Inventory['cluster']['kubernetes']['source']['packages']>,
  'mirror' | 'ca' | 'login'
>;

function siteOf({ mirror, ca, login }: WrittenSite, absolute: (path: string) => string) {
  return {
    site: mirror.replace(/\/+$/, ''),
    ...(ca === undefined ? {} : { ca: absolute(ca) }),
    ...(login && { login: loginSettings(login, new URL(mirror).host, absolute) }),
  };
}

function resolveBinding(
  { cluster, externalIPs }: Inventory,
  hosts: readonly ResolvedHost[],
  workloads: readonly ResolvedWorkload[],
): ExternalIPBinding {
  return externalIPBinding({
    version: parseVersion(cluster.kubernetes.version),
    bind: externalIPs?.bind ?? 'kube-proxy',
    choices: interfaceChoices(externalIPs?.interface ?? null, hosts),
    addresses: externalIPsOf(workloads),
    nodes: hosts.map(({ name }) => name),
  });
}

function resolveCluster(
  { inventory: { cluster }, keysAt }: LoadedInventory,
  hosts: readonly ResolvedHost[],
): ResolvedCluster {
  const {
    controlPlane,
    downloads: _downloads,
    images: _images,
    registries: _registries,
    runtime: _runtime,
    ...rest
  } = cluster;
  const controlPlanes = hosts.filter(({ roles }) => roles.includes('control-plane'));
  const vip =
    controlPlane.vip === undefined
      ? null
      : {
          ...controlPlane.vip,
          address: canonicalIp(controlPlane.vip.address),
          ...interfaceChoices(controlPlane.vip.interface ?? null, controlPlanes),
        };
  const [first] = controlPlanes;
  return {
    ...rest,
    kubeProxy: { ...cluster.kubeProxy, named: keysAt(['cluster', 'kubeProxy']) },
    controlPlane: { ...controlPlane, vip },
    firstControlPlane: first?.name ?? '',
    controlPlanes: controlPlanes.map(({ name }) => name),
    workers: hosts.filter(({ roles }) => !roles.includes('control-plane')).map(({ name }) => name),
    endpoint: apiEndpoint(cluster, first?.address ?? ''),
    nodes: hosts.map(({ name, address, addresses, roles }) => ({ name, address, addresses, roles })),
    families: familiesOf(cluster),
  };
}

function apiEndpoint(
  { controlPlane: { endpoint, vip } }: Inventory['cluster'],
  firstAddress: string,
): string {
  const given = endpoint === undefined ? undefined : parseEndpoint(endpoint);
  const { host, port } = given ?? { host: canonicalIp(vip?.address ?? firstAddress), port: apiPort };
  return formatEndpoint(host, port);
}

function familiesOf({ network }: Inventory['cluster']): ResolvedCluster['families'] {
  return splitNetworks(network.pods).map((cidr) => (isIpv6(cidr) ? 'IPv6' : 'IPv4'));
}

function resolveWorkload(workload: Inventory['workloads'][number], hasBoth: boolean): ResolvedWorkload {
  const services = workload.services.map((service) => ({
    ...service,
    externalIPs: service.externalIPs.map(canonicalIp),
    ...(hasBoth ? { bothFamilies: true } : {}),
  }));
  return { ...workload, services };
}
