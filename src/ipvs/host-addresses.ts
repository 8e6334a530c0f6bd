// A host's own addresses: which interface has which, and what the local routing table says of them.
import { canonicalIp, singlePrefix } from '../core/ip.ts';

/** The interface kube-proxy binds Service addresses to. */
export const dummyInterface = 'kube-ipvs0';

export interface InterfaceAddress {
  readonly interface: string;
  readonly address: string;
  readonly prefixLength: number;
}

/** A route of the table `local`: packets to `address` are for this host. */
export interface LocalRoute {
  readonly interface: string;
  /** An address, or a CIDR such as 127.0.0.0/8. */
  readonly destination: string;
  /** The address the host answers from; IPv6 routes name none. */
  readonly source: string | null;
}

export interface HostAddresses {
  /** Names of all interfaces, those without an address too. */
  readonly interfaces: readonly string[];
  /** Those that do not speak ARP at all: tunnels (tun, wg), dummies. */
  readonly withoutArp: readonly string[];
  readonly addresses: readonly InterfaceAddress[];
  readonly localRoutes: readonly LocalRoute[];
}

/** The addresses on kube-ipvs0; undefined when there is no such interface. */
export function boundAddresses(host: HostAddresses): readonly string[] | undefined {
  if (!host.interfaces.includes(dummyInterface)) return undefined;
  return host.addresses
    .filter((address) => address.interface === dummyInterface)
    .map((address) => address.address);
}

/** The addresses on any other interface. */
export function otherAddresses(host: HostAddresses): readonly InterfaceAddress[] {
  return host.addresses.filter((address) => address.interface !== dummyInterface);
}

/** Reads `ip -o addr`, of iproute2 or of busybox. Lines that name no address are left out. */
export function parseAddressLines(text: string): readonly InterfaceAddress[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\d+: ([^\s@]+)(?:@\S+)?\s+inet6? ([0-9A-Fa-f:.]+)(?: peer \S+?)?\/?(\d*) /.exec(line);
    if (match === null) return [];
    const [, name = '', address = '', length = ''] = match;
    const prefixLength = length === '' ? singlePrefix(address) : Number(length);
    return [{ interface: name, address: canonicalIp(address), prefixLength }];
  });
}

interface AddressJson {
  readonly ifname?: string;
  readonly addr_info?: readonly { readonly local?: string; readonly prefixlen?: number }[];
}

/**
 * Reads `ip -j addr`.
 * @throws SyntaxError for text that is no JSON.
 */
export function parseAddressJson(text: string): Pick<HostAddresses, 'interfaces' | 'addresses'> {
  const links = JSON.parse(text) as readonly AddressJson[];
  return {
    interfaces: links.flatMap((link) => link.ifname ?? []),
    addresses: links.flatMap((link) =>
      (link.addr_info ?? []).flatMap(({ local, prefixlen }) =>
        local === undefined || prefixlen === undefined
          ? []
          : [{ interface: link.ifname ?? '', address: canonicalIp(local), prefixLength: prefixlen }],
      ),
    ),
  };
}

/** Reads `ip -o route show table local` of either family; only routes of type local made by the kernel count. */
export function parseLocalRoutes(text: string): readonly LocalRoute[] {
  return text.split('\n').flatMap((line) => {
    const [type, destination, ...words] = line.trim().split(/\s+/);
    const value = (name: string): string | undefined =>
      words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
    const device = value('dev');
    if (type !== 'local' || destination === undefined || device === undefined) return [];
    if ((value('proto') ?? 'kernel') !== 'kernel') return [];
    const source = value('src');
    return [
      {
        interface: device,
        destination: canonicalIp(destination),
        source: source === undefined ? null : canonicalIp(source),
      },
    ];
  });
}
