// One node's share of the external addresses: which of them it holds, and the real servers behind them as pods.
import type { Protocol } from '../core/protocol.ts';
import type { Endpoint } from '../kube/objects/endpoint-view.ts';
import type { ExpectedServer } from './expected/expected-state.ts';
import type { HostAddresses } from './host-addresses.ts';
import { formatServiceName, type ServiceName } from './service-name.ts';
import {
  realServerKey,
  sortRealServers,
  virtualServerKey,
  type IpvsTable,
  type RealServer,
  type VirtualServer,
} from './table/model.ts';

/** A real server in the kernel, or one that should be there. */
export interface Backend {
  readonly address: string;
  readonly port: number;
  /** `null` when the kernel does not have it. */
  readonly weight: number | null;
  /** Established connections. */
  readonly active: number;
  /** Connections in any other state. */
  readonly inactive: number;
  /** The pod that it is, where the API tells. */
  readonly pod: string | null;
  /** The node that the pod runs on, where the API tells. */
  readonly node: string | null;
}

export interface ExternalAddress {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
  /** `user-a-ns/nginx`; more than one when Services contest the address. */
  readonly services: readonly string[];
  /** `null` when the kernel has no such virtual server. */
  readonly scheduler: string | null;
  /** Interfaces of the node that carry the address: kube-ipvs0, as a rule. */
  readonly heldOn: readonly string[];
  /** In the order of their addresses. */
  readonly backends: readonly Backend[];
}

export interface NodeState {
  /** `null` without ip_vs. */
  readonly table: IpvsTable | null;
  readonly host: HostAddresses;
}

/** Those of the expected servers that people outside use, as the node's kernel has them. */
export function externalAddresses(
  expected: readonly ExpectedServer[],
  endpoints: readonly Endpoint[],
  { table, host }: NodeState,
): readonly ExternalAddress[] {
  const actual = new Map(table?.virtualServers.map((server) => [virtualServerKey(server), server]));
  const pods = new Map(endpoints.map((endpoint) => [podKey(endpoint, endpoint), endpoint]));
  return expected
    .filter(({ kind }) => kind === 'external-ip' || kind === 'load-balancer')
    .map((server) => {
      const { protocol, address, port, owners } = server;
      const found = actual.get(virtualServerKey(server));
      return {
        protocol,
        address,
        port,
        services: owners.map(formatServiceName),
        scheduler: found?.scheduler ?? null,
        heldOn: host.addresses.filter((one) => one.address === address).map((one) => one.interface),
        backends: backendsOf(server, found, pods),
      };
    });
}

function backendsOf(
  { owners, realServers }: ExpectedServer,
  found: VirtualServer | undefined,
  pods: ReadonlyMap<string, Endpoint>,
): readonly Backend[] {
  const present = found?.realServers ?? [];
  const keys = new Set(present.map(realServerKey));
  const missing = realServers
    .filter((server) => !keys.has(realServerKey(server)))
    .map((server) => ({ ...server, weight: null, active: 0, inactive: 0 }));
  return sortRealServers([...present, ...missing]).map(({ address, port, weight, active, inactive }) => {
    const endpoint = owners
      .map((owner) =>
        pods.get(podKey({ namespace: owner.namespace, service: owner.name }, { address, port })),
      )
      .find((one) => one !== undefined);
    const [pod, node] = [endpoint?.pod ?? null, endpoint?.node ?? null];
    return { address, port, weight, active, inactive, pod, node };
  });
}

/** Pods on the host network share its address: only the Service tells them apart. */
function podKey(
  { namespace, service }: Pick<Endpoint, 'namespace' | 'service'>,
  server: Pick<RealServer, 'address' | 'port'>,
): string {
  const owner: ServiceName = { namespace, name: service };
  return `${formatServiceName(owner)} ${realServerKey(server)}`;
}
