// The table kube-proxy must have made on one node, from Services, endpoints, the node's addresses and its settings.
import { isIP } from 'node:net';
import { groupBy } from '../../core/group-by.ts';
import type { Endpoint } from '../../kube/objects/endpoint-view.ts';
import type { Service } from '../../kube/objects/service-view.ts';
import { sortByAddress, type AddressFamily } from '../address.ts';
import { otherAddresses } from '../host-addresses.ts';
import { sortRealServers, sortVirtualServers, virtualServerKey } from '../table/model.ts';
import type { ExpectedAddress, ExpectedInput, ExpectedServer, ExpectedState } from './expected-state.ts';
import { nodePortAddresses, withoutKeywords } from './node-ports.ts';
import type { ProxyRules } from './proxy-rules.ts';
import { servicePortServers } from './service-port-servers.ts';
import type { Place } from './topology.ts';

/** What this node's kernel must hold. */
export function expectedState(input: ExpectedInput): ExpectedState {
  const keyOf = portKey(input.rules);
  const endpoints = groupBy(inOrder(input.endpoints), keyOf);
  const listening = listeningAddresses(input);
  const place = placeOf(input);
  const servers = input.services
    .filter((service) => isBalanced(service, input.rules))
    .flatMap((service) =>
      service.ports.flatMap((port) => {
        const { namespace, name } = service;
        const key = keyOf({ namespace, service: name, portName: port.name, protocol: port.protocol });
        return servicePortServers({
          ...input,
          place,
          service,
          port,
          endpoints: endpoints.get(key) ?? [],
          listening,
        });
      }),
    );
  return {
    virtualServers: sortVirtualServers(mergeClaims(servers)),
    boundAddresses: addressesToBind(servers, input),
  };
}

function placeOf({ node, nodes = [] }: ExpectedInput): Place {
  return { node, zone: nodes.find(({ name }) => name === node)?.zone ?? null };
}

function isBalanced(service: Service, rules: ProxyRules): boolean {
  if (service.type === 'ExternalName') return false;
  if (service.isOfOtherProxy && rules.leavesOtherProxies) return false;
  return !(service.isMarkedHeadless && rules.obeysHeadlessLabel);
}

/** A slice may also name hosts, which kube-proxy leaves out. */
function inOrder(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return sortRealServers(endpoints.filter(({ address }) => isIP(address) !== 0));
}

/** What an endpoint and the Service port that it serves have in common. */
function portKey({ ignoresProtocolOfEndpoints }: ProxyRules) {
  return ({
    namespace,
    service,
    portName,
    protocol,
  }: Pick<Endpoint, 'namespace' | 'service' | 'portName' | 'protocol'>): string =>
    `${namespace}/${service}:${portName}/${ignoresProtocolOfEndpoints ? '' : protocol}`;
}

function listeningAddresses({ node, nodes = [], host, settings, rules }: ExpectedInput) {
  const own = nodes.find(({ name }) => name === node)?.addresses ?? [];
  const cidrs = withoutKeywords(settings.nodePortAddresses, own);
  const of = (family: AddressFamily): readonly string[] => nodePortAddresses(host, family, cidrs, rules);
  return { IPv4: of('IPv4'), IPv6: of('IPv6') };
}

/**
 * One entry per virtual server, with all who claim it. Where one Service has an address twice, say as external IP and from
 * a load balancer, kube-proxy writes it twice, and the last one stays.
 */
function mergeClaims(servers: readonly ExpectedServer[]): ExpectedServer[] {
  const merged = new Map<string, ExpectedServer>();
  for (const server of servers) {
    const key = virtualServerKey(server);
    const owners = merged.get(key)?.owners ?? server.owners;
    const [owner] = server.owners;
    const isKnown = owners.some(
      ({ namespace, name }) => namespace === owner.namespace && name === owner.name,
    );
    merged.set(key, { ...server, owners: isKnown ? owners : [...owners, owner] });
  }
  return [...merged.values()];
}

function addressesToBind(
  servers: readonly ExpectedServer[],
  { host, rules }: ExpectedInput,
): readonly ExpectedAddress[] {
  const elsewhere = new Set(
    rules.sparesAddressesBoundElsewhere ? otherAddresses(host).map(({ address }) => address) : [],
  );
  const toBind = servers.filter(({ kind, address }) => {
    if (kind === 'cluster-ip') return true;
    return kind !== 'node-port' && rules.bindsExternalAddresses && !elsewhere.has(address);
  });
  // The first Service that names an address is told as its owner.
  const owners = new Map(toBind.toReversed().map(({ address, owners: [owner] }) => [address, owner]));
  return sortByAddress(
    [...owners].map(([address, owner]) => ({ address, owner })),
    ({ address }) => address,
  );
}
