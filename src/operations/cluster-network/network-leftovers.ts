// What a pod network that is not ours leaves on a host: what can be told to be its, and what cannot.
import { cmd, sequence, type Command } from '../../core/command.ts';
import { isIpv6, parseCidr, rangeContains } from '../../core/ip.ts';
import type { GatewayRoute, PodNetworkHost } from '../../facts/kubernetes/pod-network-host.ts';
import { cniResultsDirectory, forEachResult } from '../../kube/cni-results.ts';
import { isJsonObject, listAt, textAt } from '../../kube/objects/object.ts';
import { ownPaths } from '../../kube/paths.ts';
import { commonPluginDirectory, podBridge, podNetworkPaths } from '../../kube/pod-network.ts';
import type { ExecStep } from '../operation.ts';

export interface NetworkLeftovers {
  /** The network's name in CNI. */
  readonly network: string | undefined;
  /** Whole paths of files. */
  readonly files: readonly string[];
  readonly interfaces: readonly string[];
  /** Directories of its own. */
  readonly directories: readonly string[];
  /** To the pods of other nodes. */
  readonly routes: readonly GatewayRoute[];
  readonly isFlannel: boolean;
  /** Came while the host was a node, from nobody knows whom: paths, and names of interfaces. */
  readonly unknown: readonly string[];
}

const flannelInterface = /^flannel[.-]/;

/** Where flannel notes the host's network, and its plugin what it made for each pod. */
const flannelDirectories = ['/run/flannel', '/var/lib/cni/flannel'];

/**
 * Its own are: the configuration that the runtime took, which is the first of all by name, unless a package has brought
 * it; the plugins and the bridge that it names; flannel's interfaces and directories, by their name; and routes to the pods
 * of other nodes. Nothing that was there before is.
 * @param podNetworks those of the cluster
 */
export function networkLeftovers(
  host: PodNetworkHost,
  podNetworks: readonly string[] = [],
): NetworkLeftovers | undefined {
  const { before } = host;
  if (before === null) return undefined;
  const ownFile = podNetworkPaths.cni;
  const newFiles = host.files.filter(
    (name) => !before.files.includes(name) && configurationPath(name) !== ownFile,
  );
  const [first] = host.configurations;
  const used = first !== undefined && newFiles.includes(first.name) && !first.isPackaged ? first : undefined;
  const { network, types, bridges } = readConfiguration(used?.text);
  const newPrograms = host.programs.filter((name) => !before.programs.includes(name));
  const programs = newPrograms.filter((name) => types.includes(name) || host.links.includes(name));
  const newInterfaces = host.interfaces.filter(({ name }) => !before.interfaces.includes(name));
  const interfaces = newInterfaces
    .filter(({ name, kind }) => bridges.includes(name) || (kind === 'vxlan' && isFlannels(name)))
    .map(({ name }) => name);
  const isFlannel = types.includes('flannel') || interfaces.some(isFlannels);
  return {
    network,
    files: [...(used === undefined ? [] : [configurationPath(used.name)]), ...programs.map(programPath)],
    interfaces,
    directories: isFlannel && !before.interfaces.some(isFlannels) ? flannelDirectories : [],
    routes: host.routes.filter(
      ({ network: to }) => !before.routes.includes(to) && podNetworks.some((pods) => isPartOf(to, pods)),
    ),
    isFlannel,
    unknown: [
      ...newFiles.filter((name) => name !== used?.name).map(configurationPath),
      ...newPrograms.filter((name) => !programs.includes(name)).map(programPath),
      ...newInterfaces.map(({ name }) => name).filter((name) => !interfaces.includes(name) && !isKnown(name)),
    ],
  };
}

/** Takes away what is known to be the network's. The note goes along with it, so that nothing is taken for it later. */
export function removeLeftovers({
  network,
  files,
  directories,
  interfaces,
  routes,
}: NetworkLeftovers): ExecStep {
  const leases = '/var/lib/cni/networks';
  const ways = routes.map(({ network: to }) => `the route to ${to}`);
  const names = [...files, ...directories, ...interfaces, ...ways];
  return {
    kind: 'exec',
    title:
      names.length === 0
        ? 'forget what there was of pod networks'
        : `remove what the pod network left: ${names.join(', ')}`,
    command: sequence([
      ...routes.map(deleteRoute),
      ...interfaces.map(deleteInterface),
      ...(network === undefined ? [] : removeRecords(network, leases)),
      ...(directories.length === 0 ? [] : [cmd`rm -rf ${directories}`]),
      cmd`rm -f ${[...files, ownPaths.podNetworkBefore]}`,
      cmd`{ rmdir ${[commonPluginDirectory, '/opt/cni', leases, cniResultsDirectory, '/var/lib/cni']} 2>/dev/null || :; }`,
    ]),
  };
}

/** The addresses that it has given, and what CNI remembers of its pods. */
function removeRecords(network: string, leases: string): readonly Command[] {
  return [
    cmd`rm -rf ${`${leases}/${network}`}`,
    forEachResult(cniResultsDirectory, [network], cmd`rm -f "$result"`),
  ];
}

function deleteInterface(name: string): Command {
  return cmd`{ [ ! -e ${`/sys/class/net/${name}`} ] || ip link delete ${name}; }`;
}

/** It may go with an interface, or have gone already. */
function deleteRoute({ network, gateway }: GatewayRoute): Command {
  const ip = isIpv6(network) ? cmd`ip -6 route` : cmd`ip -4 route`;
  return cmd`{ [ -z "$(${ip} show ${network})" ] || ${ip} delete ${network} via ${gateway}; }`;
}

function isFlannels(name: string): boolean {
  return flannelInterface.test(name);
}

/** Whether all addresses of a network are among those of another one. */
function isPartOf(network: string, whole: string): boolean {
  const [part, all] = [parseCidr(network), parseCidr(whole)];
  if (part === undefined || all === undefined) return false;
  const { family } = part;
  return [part.first, part.last].every((value) => rangeContains(all, { family, value }));
}

/** Pods' ends of their links go with the pods; the others are Kubernetes' and ours. */
function isKnown(name: string): boolean {
  return /^(veth|cali[0-9a-f]|lxc[0-9a-f])/.test(name) || ['kube-ipvs0', podBridge, 'lo'].includes(name);
}

function configurationPath(name: string): string {
  return `${podNetworkPaths.cniDirectory}/${name}`;
}

function programPath(name: string): string {
  return `${commonPluginDirectory}/${name}`;
}

interface Configuration {
  readonly network: string | undefined;
  readonly types: readonly string[];
  readonly bridges: readonly string[];
}

/** Both forms: a list of plugins, and a single one. */
function readConfiguration(text = ''): Configuration {
  const data = parseJson(text);
  const plugins = listAt(data, 'plugins').length > 0 ? listAt(data, 'plugins') : [data];
  const name = textAt(data, 'name');
  return {
    // It becomes part of a path.
    network: name !== undefined && /^[A-Za-z0-9][\w.-]*$/.test(name) ? name : undefined,
    types: plugins.flatMap((plugin) => textAt(plugin, 'type') ?? []),
    bridges: plugins.flatMap(bridgeOf),
  };
}

/** The plugin bridge, and flannel, which calls it, take cni0 when they are told no name. */
function bridgeOf(plugin: unknown): readonly string[] {
  const type = textAt(plugin, 'type');
  if (type === 'bridge') return [textAt(plugin, 'bridge') ?? 'cni0'];
  return type === 'flannel' ? [textAt(plugin, 'delegate', 'bridge') ?? 'cni0'] : [];
}

function parseJson(text: string): unknown {
  try {
    const data: unknown = JSON.parse(text);
    return isJsonObject(data) ? data : undefined;
  } catch {
    return undefined;
  }
}
