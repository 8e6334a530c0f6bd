// The virtual servers of one port of one Service: its cluster, external, load-balancer and node-port addresses.
import { canonicalIp } from '../../core/ip.ts';
import type { Endpoint } from '../../kube/objects/endpoint-view.ts';
import type { Service, ServicePort } from '../../kube/objects/service-view.ts';
import { familyOf, type AddressFamily } from '../address.ts';
import { realServerKey, sortRealServers } from '../table/model.ts';
import type { AddressKind, ExpectedInput, ExpectedServer } from './expected-state.ts';
import { servingEndpoints, underLocalPolicy } from './serving-endpoints.ts';

export interface ServicePortInput extends Pick<ExpectedInput, 'node' | 'settings' | 'rules'> {
  readonly service: Service;
  readonly port: ServicePort;
  /** Those of this port. */
  readonly endpoints: readonly Endpoint[];
  /** Addresses node ports listen on. */
  readonly listening: Readonly<Record<AddressFamily, readonly string[]>>;
}

/** None for a headless Service. A family in which the Service has no cluster IP is left out altogether. */
export function servicePortServers(input: ServicePortInput): readonly ExpectedServer[] {
  const { service, port, listening, rules } = input;
  return service.clusterIPs.flatMap((clusterIP) => {
    const family = familyOf(clusterIP);
    const { inside, outside, all } = endpointsByOrigin(input, family);
    const external = rules.obeysPolicyOnExternalIPs ? outside : all;
    const onNodes = rules.obeysPolicyOnNodePorts ? outside : all;
    const servers = (
      kind: AddressKind,
      number: number,
      used: readonly Endpoint[],
      addresses: readonly string[],
    ) =>
      addresses
        .filter((address) => familyOf(address) === family)
        .map((address) => makeServer(input, { kind, address, port: number, endpoints: used }));
    return [
      ...servers('cluster-ip', port.port, inside, [clusterIP]),
      ...servers('external-ip', port.port, external, service.externalIPs),
      ...servers('load-balancer', port.port, outside, service.loadBalancerIPs),
      ...(port.nodePort === null ? [] : servers('node-port', port.nodePort, onNodes, listening[family])),
    ];
  });
}

/** Endpoints for traffic to the cluster IP, for traffic to all other addresses, and those under no policy. */
function endpointsByOrigin(
  { service, port, endpoints, node, rules }: ServicePortInput,
  family: AddressFamily,
): Readonly<Record<'inside' | 'outside' | 'all', readonly Endpoint[]>> {
  const ofFamily = endpoints.filter((endpoint) => familyOf(endpoint.address) === family);
  const serving = servingEndpoints(ofFamily, node, rules);
  const { externalIPs, loadBalancerIPs } = service;
  const isReachable = port.nodePort !== null || externalIPs.length > 0 || loadBalancerIPs.length > 0;
  const local = underLocalPolicy(serving, isReachable, rules);
  return {
    inside: service.isInternalTrafficLocal && rules.obeysInternalPolicy ? local : serving.cluster,
    outside: service.isExternalTrafficLocal ? local : serving.cluster,
    all: serving.cluster,
  };
}

interface ServedAddress {
  readonly kind: AddressKind;
  readonly address: string;
  readonly port: number;
  readonly endpoints: readonly Endpoint[];
}

function makeServer(
  { service, port: { protocol }, settings }: ServicePortInput,
  { kind, address, port, endpoints }: ServedAddress,
): ExpectedServer {
  return {
    kind,
    protocol,
    address: canonicalIp(address),
    port,
    scheduler: settings.scheduler === '' ? 'rr' : settings.scheduler,
    owners: [{ namespace: service.namespace, name: service.name }],
    persistenceSeconds: service.affinitySeconds,
    realServers: realServers(endpoints),
  };
}

function realServers(endpoints: readonly Endpoint[]): ExpectedServer['realServers'] {
  const all = endpoints.map(({ address, port }) => ({ address: canonicalIp(address), port }));
  return sortRealServers([...new Map(all.map((server) => [realServerKey(server), server])).values()]);
}
