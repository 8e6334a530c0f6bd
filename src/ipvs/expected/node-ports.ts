// On which addresses of a node kube-proxy listens for node ports.
import { singleAddressCIDR } from '../../core/ip.ts';
import {
  familyOf,
  cidrMatcher,
  isLinkLocalIpv6,
  isLoopback,
  sortByAddress,
  type AddressFamily,
} from '../address.ts';
import { boundAddresses, dummyInterface, otherAddresses, type HostAddresses } from '../host-addresses.ts';
import type { ProxyRules } from './proxy-rules.ts';

/**
 * The addresses, in order.
 * @param cidrs kube-proxy's nodePortAddresses; none, or the whole family, means all local addresses.
 */
export function nodePortAddresses(
  host: HostAddresses,
  family: AddressFamily,
  cidrs: readonly string[],
  rules: ProxyRules,
): readonly string[] {
  const chosen = cidrs.filter((cidr) => familyOf(cidr) === family);
  const isChosen = cidrMatcher(chosen);
  const all = chosen.length === 0 || chosen.includes(family === 'IPv4' ? '0.0.0.0/0' : '::/0');
  const candidates = all ? allAddresses(host, rules) : host.addresses.map(({ address }) => address);
  const addresses = candidates.filter(
    (address) =>
      familyOf(address) === family &&
      (rules.nodePortsOnIPv6 || family === 'IPv4') &&
      (all || isChosen(address)) &&
      (rules.nodePortsOnLoopback || !isLoopback(address)) &&
      !isLinkLocalIpv6(address),
  );
  return sortByAddress([...new Set(addresses)], (address) => address);
}

/**
 * nodePortAddresses with kube-proxy's words replaced: `primary` (from 1.31), `localhost` and `all` (from 1.37).
 * @param own Addresses of the Node object; `primary` is the first of each family.
 */
export function withoutKeywords(cidrs: readonly string[], own: readonly string[]): readonly string[] {
  return cidrs.flatMap((cidr) => {
    switch (cidr) {
      case 'primary': {
        const families = ['IPv4', 'IPv6'] as const;
        const first = families.map((family) => own.find((address) => familyOf(address) === family));
        return first.flatMap((address) => (address === undefined ? [] : singleAddressCIDR(address)));
      }
      case 'localhost':
        return ['127.0.0.0/8', '::1/128'];
      case 'all':
        return ['0.0.0.0/0', '::/0'];
      default:
        return cidr;
    }
  });
}

function allAddresses(host: HostAddresses, rules: ProxyRules): readonly string[] {
  const others = otherAddresses(host);
  const bound = new Set(rules.nodePortsSpareBoundAddresses ? boundAddresses(host) : []);
  switch (rules.nodePortSource) {
    case 'eth':
      return others.filter((entry) => entry.interface.startsWith('eth')).map(({ address }) => address);
    case 'local-routes':
      // IPv4 is read from the source of each route, IPv6 (whose routes have none) from the destination.
      return host.localRoutes
        .filter((route) => route.interface !== dummyInterface)
        .flatMap((route) => route.source ?? (familyOf(route.destination) === 'IPv6' ? route.destination : []))
        .filter((address) => !bound.has(address));
    case 'interfaces':
      return others.map(({ address }) => address).filter((address) => !bound.has(address));
  }
}
