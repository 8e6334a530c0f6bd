// Whose a virtual server is: kube-proxy's, or somebody else's that must be left alone.
import { cidrMatcher } from '../address.ts';
import { boundAddresses, otherAddresses, type HostAddresses } from '../host-addresses.ts';
import type { IpvsTable, VirtualServer } from '../table/model.ts';

/** What is known of the cluster's own networks. */
export interface ClusterNetworks {
  /** Addresses of pods. */
  readonly podCIDRs: readonly string[];
  /** Addresses of Services. */
  readonly serviceCIDRs: readonly string[];
  /** Addresses of the nodes: pods on the host network, and the API servers, are reached there. */
  readonly nodeAddresses: readonly string[];
  /** Addresses that nodes have in turn, such as the virtual IP: a node may just have lost one. */
  readonly movingAddresses: readonly string[];
  /** External and load-balancer addresses of the cluster's Services. */
  readonly externalAddresses: readonly string[];
  /** First and last node port. */
  readonly nodePortRange: readonly [number, number];
  /** What kube-proxy was told to leave alone. */
  readonly excludeCIDRs: readonly string[];
}

/**
 * `excluded`: in excludeCIDRs, so kube-proxy leaves it alone. `foreign`: nothing says that it is the cluster's; a
 * running kube-proxy deletes it all the same, because it takes the whole table for its own.
 */
export type Ownership = 'kube-proxy' | 'excluded' | 'foreign';

/**
 * The judge of a table's virtual servers, by evidence on the host alone, so that it works when the cluster is gone:
 * 1. an address in excludeCIDRs is never kube-proxy's;
 * 2. an address on kube-ipvs0 always is, for nobody else binds addresses there;
 * 3. an address of the cluster (a Service's) is, when every real server is a pod or a node of the cluster, or there is none;
 * 4. a node port on an address of this host is, when every real server is a pod or a node. One without real servers is
 *    taken for kube-proxy's only when the same port is balanced on another address too, as kube-proxy does it.
 * Everything else is somebody else's.
 */
export function ownershipJudge(
  table: IpvsTable,
  host: HostAddresses,
  networks: ClusterNetworks,
): (server: VirtualServer) => Ownership {
  const bound = new Set(boundAddresses(host) ?? []);
  const own = new Set([...otherAddresses(host).map(({ address }) => address), ...networks.movingAddresses]);
  const nodePorts = new Set(
    table.virtualServers.filter((server) => own.has(server.address) && isNodePort(server, networks)),
  );
  const uses = countUses([...nodePorts]);
  const isExcluded = cidrMatcher(networks.excludeCIDRs);
  const isOfCluster = clusterMatcher(networks);
  const isServiceAddress = serviceMatcher(networks);
  return (server) => {
    if (isExcluded(server.address)) return 'excluded';
    if (bound.has(server.address)) return 'kube-proxy';
    if (!server.realServers.every((real) => isOfCluster(real.address))) return 'foreign';
    if (isServiceAddress(server.address)) return 'kube-proxy';
    if (!nodePorts.has(server)) return 'foreign';
    return server.realServers.length > 0 || (uses.get(portKey(server)) ?? 0) > 1 ? 'kube-proxy' : 'foreign';
  };
}

function isNodePort({ port }: VirtualServer, { nodePortRange: [first, last] }: ClusterNetworks): boolean {
  return first <= port && port <= last;
}

/** Pods and nodes. */
function clusterMatcher({ podCIDRs, nodeAddresses }: ClusterNetworks): (address: string) => boolean {
  const isPod = cidrMatcher(podCIDRs);
  const nodes = new Set(nodeAddresses);
  return (address) => nodes.has(address) || isPod(address);
}

function serviceMatcher({ serviceCIDRs, externalAddresses }: ClusterNetworks): (address: string) => boolean {
  const isClusterIP = cidrMatcher(serviceCIDRs);
  const external = new Set(externalAddresses);
  return (address) => external.has(address) || isClusterIP(address);
}

/** On how many addresses each node port is balanced. */
function countUses(nodePorts: readonly VirtualServer[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const server of nodePorts) uses.set(portKey(server), (uses.get(portKey(server)) ?? 0) + 1);
  return uses;
}

function portKey({ protocol, port }: VirtualServer): string {
  return `${protocol} ${port}`;
}
