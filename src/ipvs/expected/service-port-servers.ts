// The virtual servers of one port of one Service: its cluster, external, load-balancer and node-port addresses.
import type { Endpoint } from '../../kube/objects/endpoint-view.ts';
import type { Service, ServicePort } from '../../kube/objects/service-view.ts';
import { familyOf, type AddressFamily } from '../address.ts';
import type { AddressKind, ExpectedInput, ExpectedServer } from './expected-state.ts';
import type { ProxyRules } from './proxy-rules.ts';
import { servingEndpoints, underLocalPolicy } from './serving-endpoints.ts';
import type { Place } from './topology.ts';

export interface ServicePortInput extends Pick<ExpectedInput, 'settings' | 'rules'> {
  readonly place: Place;
  readonly service: Service;
  readonly port: ServicePort;
  /** Those of this port, in the order of their addresses. */
  readonly endpoints: readonly Endpoint[];
  /** Addresses node ports listen on. */
  readonly listening: Readonly<Record<AddressFamily, readonly string[]>>;
}

/** None for a headless Service. A family in which the Service has no cluster IP is left out altogether. */
export function servicePortServers(input: ServicePortInput): readonly ExpectedServer[] {
  const { service, port, listening } = input;
  return service.clusterIPs.flatMap((clusterIP) => {
    const family = familyOf(clusterIP);
    const realServers = realServersByKind(input, family);
    const servers = (kind: AddressKind, number: number, addresses: readonly string[]) =>
      addresses
        .filter((address) => familyOf(address) === family)
        .map((address) => makeServer(input, { kind, address, port: number, realServers: realServers[kind] }));
    return [
      ...servers('cluster-ip', port.port, [clusterIP]),
      ...servers('external-ip', port.port, service.externalIPs),
      ...servers('load-balancer', port.port, service.loadBalancerIPs),
      ...(port.nodePort === null ? [] : servers('node-port', port.nodePort, listening[family])),
    ];
  });
}

/** Real servers for traffic to each kind of address. */
function realServersByKind(
  { service, port, endpoints, place, rules }: ServicePortInput,
  family: AddressFamily,
): Readonly<Record<AddressKind, ExpectedServer['realServers']>> {
  const ofFamily = endpoints.filter((endpoint) => familyOf(endpoint.address) === family);
  const serving = servingEndpoints(ofFamily, service, place, rules);
  const outside = [...service.externalIPs, ...service.loadBalancerIPs];
  const isReachable = port.nodePort !== null || outside.some((address) => familyOf(address) === family);
  const everywhere = asRealServers(serving.cluster);
  const local = asRealServers(underLocalPolicy(serving, isReachable, rules));
  const kinds = localKinds(service, rules);
  const of = (kind: AddressKind) => (kinds.has(kind) ? local : everywhere);
  return {
    'cluster-ip': of('cluster-ip'),
    'external-ip': of('external-ip'),
    'load-balancer': of('load-balancer'),
    'node-port': of('node-port'),
  };
}

/** The kinds of addresses under a Local policy, of whichever of the two. */
function localKinds(service: Service, rules: ProxyRules): ReadonlySet<AddressKind> {
  const isInternal = service.isInternalTrafficLocal && rules.obeysInternalPolicy !== 'no';
  const isEverywhere = rules.obeysInternalPolicy === 'everywhere';
  if (isInternal && isEverywhere && !service.isExternalTrafficLocal) {
    return new Set(['cluster-ip', 'external-ip', 'load-balancer', 'node-port']);
  }
  const inside = isInternal && !isEverywhere ? (['cluster-ip'] as const) : [];
  return new Set([...inside, ...(service.isExternalTrafficLocal ? externallyLocal(service, rules) : [])]);
}

function externallyLocal(service: Service, rules: ProxyRules): readonly AddressKind[] {
  const isForBalancers = rules.obeysPolicyOnLoadBalancers === 'always' || service.affinitySeconds !== null;
  return [
    ...(rules.obeysExternalPolicyOnClusterIPs ? (['cluster-ip'] as const) : []),
    ...(rules.obeysPolicyOnExternalIPs ? (['external-ip'] as const) : []),
    ...(isForBalancers ? (['load-balancer'] as const) : []),
    ...(rules.obeysPolicyOnNodePorts ? (['node-port'] as const) : []),
  ];
}

type ServedAddress = Pick<ExpectedServer, 'kind' | 'address' | 'port' | 'realServers'>;

function makeServer(
  { service, port: { protocol }, settings, rules }: ServicePortInput,
  { kind, address, port, realServers }: ServedAddress,
): ExpectedServer {
  return {
    kind,
    protocol,
    address,
    port,
    scheduler: settings.scheduler === '' ? 'rr' : settings.scheduler,
    owners: [{ namespace: service.namespace, name: service.name }],
    persistenceSeconds:
      rules.persistsOnClusterIPsOnly && kind !== 'cluster-ip' ? null : service.affinitySeconds,
    realServers,
    ...(rules.takesOnePortPerAddress ? { takesOnePortPerAddress: true } : {}),
  };
}

/** Each once, of endpoints in the order of their addresses. */
function asRealServers(endpoints: readonly Endpoint[]): ExpectedServer['realServers'] {
  const all = endpoints.map(({ address, port }) => ({ address, port }));
  return all.filter(({ address, port }, index) => {
    const previous = all[index - 1];
    return previous?.address !== address || previous.port !== port;
  });
}
