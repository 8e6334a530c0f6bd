// The table kube-proxy must have made on one node, from Services, endpoints, the node's addresses and its settings.
import { parseIp } from '../../core/ip.ts';
import { sortByAddress, type AddressFamily } from '../address.ts';
import type { ExpectedAddress, ExpectedInput, ExpectedServer, ExpectedState } from './expected-state.ts';
import { otherAddresses } from '../host-addresses.ts';
import type { Endpoint, Service } from '../service-name.ts';
import { sortVirtualServers, virtualServerKey } from '../table/model.ts';
import { nodePortAddresses } from './node-ports.ts';
import type { ProxyRules } from './proxy-rules.ts';
import { servicePortServers } from './service-port-servers.ts';

/** What this node's kernel must hold. */
export function expectedState(input: ExpectedInput): ExpectedState {
  const endpoints = groupEndpoints(input.endpoints);
  const listening = listeningAddresses(input);
  const servers = input.services
    .filter((service) => isBalanced(service, input.rules))
    .flatMap((service) =>
      service.ports.flatMap((port) => {
        const key = portKey(service.namespace, service.name, port.name, port.protocol);
        return servicePortServers({
          ...input,
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

function isBalanced(service: Service, rules: ProxyRules): boolean {
  if (service.type === 'ExternalName') return false;
  if (service.isOfOtherProxy === true && rules.leavesOtherProxies) return false;
  return !(service.isMarkedHeadless === true && rules.obeysHeadlessLabel);
}

function groupEndpoints(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly Endpoint[]> {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    // A slice may also name hosts (FQDN), which kube-proxy leaves out.
    if (parseIp(endpoint.address) === undefined) continue;
    const { namespace, service, portName, protocol } = endpoint;
    const key = portKey(namespace, service, portName, protocol);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [endpoint]);
    else group.push(endpoint);
  }
  return groups;
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
  const elsewhere = rules.sparesAddressesBoundElsewhere ? otherAddresses(host) : [];
  const toBind = servers.filter(({ kind, address }) => {
    if (kind === 'cluster-ip') return true;
    const isFree = !elsewhere.some((other) => other.address === address);
    return kind !== 'node-port' && rules.bindsExternalAddresses && isFree;
  });
  // The first Service that names an address is told as its owner.
  const owners = new Map(toBind.toReversed().map(({ address, owners: [owner] }) => [address, owner]));
  return sortByAddress(
    [...owners].map(([address, owner]) => ({ address, owner })),
    ({ address }) => address,
  );
}
