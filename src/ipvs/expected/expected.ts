// The table kube-proxy must have made on one node, from Services, endpoints, the node's addresses and its settings.
import { isIP } from 'node:net';
import { groupBy } from '../../core/group-by.ts';
import type { Endpoint } from '../../kube/objects/endpoint-view.ts';
import type { Service } from '../../kube/objects/service-view.ts';
import { sortByAddress, type AddressFamily } from '../address.ts';
import { otherAddresses } from '../host-addresses.ts';
import { sortRealServers, sortVirtualServers, virtualServerKey } from '../table/model.ts';
import type { ExpectedAddress, ExpectedInput, ExpectedServer, ExpectedState } from './expected-state.ts';
import { nodePortAddresses } from './node-ports.ts';
import type { ProxyRules } from './proxy-rules.ts';
import { servicePortServers } from './service-port-servers.ts';
import type { Place } from './topology.ts';

/** What this node's kernel must hold. */
export function expectedState(input: ExpectedInput): ExpectedState {
  const endpoints = groupEndpoints(input.endpoints);
  const listening = listeningAddresses(input);
  const place = placeOf(input);
  const servers = input.services
    .filter((service) => isBalanced(service, input.rules))
    .flatMap((service) =>
      service.ports.flatMap((port) => {
        const key = portKey(service.namespace, service.name, port.name, port.protocol);
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

/** In the order of their addresses, by Service port. */
function groupEndpoints(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly Endpoint[]> {
  // A slice may also name hosts (FQDN), which kube-proxy leaves out.
  const balanced = endpoints.filter(({ address }) => isIP(address) !== 0);
  return groupBy(sortRealServers(balanced), ({ namespace, service, portName, protocol }) =>
    portKey(namespace, service, portName, protocol),
  );
}

function portKey(namespace: string, service: string, portName: string, protocol: string): string {
  return `${namespace}/${service}:${portName}/${protocol}`;
}

function listeningAddresses({ host, settings, rules }: ExpectedInput) {
  const of = (family: AddressFamily): readonly string[] =>
    nodePortAddresses(host, family, settings.nodePortAddresses, rules);
  return { IPv4: of('IPv4'), IPv6: of('IPv6') };
}

/** One entry per virtual server, with all who claim it. */
function mergeClaims(servers: readonly ExpectedServer[]): ExpectedServer[] {
  const merged = new Map<string, ExpectedServer>();
  for (const server of servers) {
    const key = virtualServerKey(server);
    const first = merged.get(key);
    const [owner] = server.owners;
    if (first === undefined) merged.set(key, server);
    else if (
      !first.owners.some((other) => other.namespace === owner.namespace && other.name === owner.name)
    ) {
      merged.set(key, { ...first, owners: [...first.owners, owner] });
    }
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
