// The cluster at one moment, from what its hosts said: nodes, who holds which address, and the pods behind it.
import { defined } from '../core/defined.ts';
import type { BootstrapError } from '../core/errors.ts';
import { groupBy } from '../core/group-by.ts';
import { errorView } from '../engine/events/failure.ts';
import type { ClusterStatus } from '../engine/events/status-schema.ts';
import type { ApiObjects } from '../facts/kubernetes/api-objects.ts';
import type { ClusterNode, ResolvedCluster } from '../inventory/resolve.ts';
import { expectedProxy } from '../ipvs/expected/expected-proxy.ts';
import type { ExternalAddress } from '../ipvs/external-addresses.ts';
import type { HostAddresses } from '../ipvs/host-addresses.ts';
import { virtualServerKey, type IpvsTable } from '../ipvs/table/model.ts';
import { viewClusterDns } from '../kube/objects/cluster-dns-view.ts';
import type { ClusterView } from '../kube/objects/cluster-view.ts';
import type { NodeReport } from '../operations/report-data.ts';
import { nodeReport, viewOutside } from '../operations/verify/node-report.ts';

type NodeStatus = ClusterStatus['nodes'][number];
type ExternalIPStatus = ClusterStatus['externalIPs'][number];
type Holder = ExternalIPStatus['holders'][number];

/** What one host said last; undefined is what it was never heard to say. */
export interface HostReading {
  readonly node: ClusterNode;
  readonly table: IpvsTable | null | undefined;
  readonly addresses: HostAddresses | undefined;
  readonly proxyMode: string | null;
  readonly proxyVersion: string | null;
  /** `null` while it answers. */
  readonly silentMs: number | null;
  readonly failure: BootstrapError | undefined;
}

export interface ApiReading {
  /** The control plane that was asked. */
  readonly host: string;
  /** Undefined before the first answer. */
  readonly objects: ApiObjects | undefined;
  /** Why there is no newer answer. */
  readonly reason: string | undefined;
}

const noAddresses: HostAddresses = { interfaces: [], withoutArp: [], addresses: [], localRoutes: [] };

/** Silent hosts keep their row, but hold nothing: nobody knows. */
export function clusterStatus(
  cluster: ResolvedCluster,
  api: ApiReading,
  readings: readonly HostReading[],
): ClusterStatus {
  const outside = viewOutside(api.objects ?? { reachable: false, reason: '' });
  const nodes = readings.map((reading) => ({ reading, report: reportOf(cluster, outside, reading) }));
  const answering = nodes.filter(({ reading }) => reading.silentMs === null);
  const vip = cluster.controlPlane.vip?.address;
  return {
    cluster: cluster.name,
    endpoint: cluster.endpoint,
    api: defined({ host: api.host, reason: api.reason }),
    virtualIP:
      vip === undefined
        ? null
        : {
            address: vip,
            holders: holdersOf(
              vip,
              answering.map(({ reading }) => reading),
            ),
          },
    clusterDns: dnsStatus(api.objects),
    nodes: nodes.map(({ reading, report }) => nodeStatus(reading, report)),
    externalIPs: merged(answering.map(({ report }) => report)),
  };
}

function dnsStatus(objects: ApiObjects | undefined): ClusterStatus['clusterDns'] {
  const dns = objects?.reachable === true ? viewClusterDns(objects.items) : undefined;
  if (dns === undefined) return null;
  const { deployments, service, ready } = dns;
  const wanted = deployments.length === 0 ? null : deployments.reduce((sum, one) => sum + one.wanted, 0);
  return { addresses: service?.clusterIPs ?? [], ready, wanted };
}

function reportOf(cluster: ResolvedCluster, outside: ClusterView, reading: HostReading): NodeReport {
  return nodeReport({
    node: reading.node,
    proxy: expectedProxy(cluster),
    proxyMode: reading.proxyMode,
    outside,
    table: reading.table ?? null,
    host: reading.addresses ?? noAddresses,
  });
}

function nodeStatus({ proxyVersion, silentMs, failure }: HostReading, report: NodeReport): NodeStatus {
  const { kind: _kind, externalAddresses: _addresses, ...node } = report;
  return { ...node, proxyVersion, silentMs, ...defined({ error: failure && errorView(failure) }) };
}

function holdersOf(address: string, readings: readonly HostReading[]): readonly Holder[] {
  return readings.flatMap(({ node, addresses = noAddresses }) => {
    const interfaces = addresses.addresses
      .filter((one) => one.address === address)
      .map((one) => one.interface);
    return interfaces.length === 0 ? [] : [{ node: node.name, interfaces }];
  });
}

/** Each external address once, in the order in which nodes have them. */
function merged(reports: readonly NodeReport[]): readonly ExternalIPStatus[] {
  const all = reports.flatMap(({ node, externalAddresses }) =>
    externalAddresses.map((address) => ({ node, address })),
  );
  const byKey = groupBy(all, ({ address }) => virtualServerKey(address));
  return [...byKey.values()].map((places) => {
    const [first] = places;
    const { protocol, address, port, services } = first.address;
    const holders = places
      .filter((place) => place.address.heldOn.length > 0)
      .map((place) => ({ node: place.node, interfaces: place.address.heldOn }));
    return { protocol, address, port, services, holders, realServers: realServersOf(places) };
  });
}

function realServersOf(
  places: readonly { readonly node: string; readonly address: ExternalAddress }[],
): ExternalIPStatus['realServers'] {
  const servers = new Map<string, ExternalIPStatus['realServers'][number]>();
  for (const { node, address } of places) {
    for (const { weight, active, inactive, ...server } of address.backends) {
      const key = `${server.address} ${server.port}`;
      const known = servers.get(key);
      servers.set(key, {
        ...server,
        active: (known?.active ?? 0) + active,
        inactive: (known?.inactive ?? 0) + inactive,
        weights: [...(known?.weights ?? []), { node, weight }],
      });
    }
  }
  return [...servers.values()];
}
