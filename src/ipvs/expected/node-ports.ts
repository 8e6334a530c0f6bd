// On which addresses of a node kube-proxy listens for node ports.
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
      (all || isChosen(address)) &&
      (rules.nodePortsOnLoopback || !isLoopback(address)) &&
      !isLinkLocalIpv6(address),
  );
  return sortByAddress([...new Set(addresses)], (address) => address);
}

function allAddresses(host: HostAddresses, rules: ProxyRules): readonly string[] {
  const others = otherAddresses(host);
  switch (rules.nodePortSource) {
    case 'eth':
      return others.filter((entry) => entry.interface.startsWith('eth')).map(({ address }) => address);
    case 'local-routes':
      // IPv4 is read from the source of each route, IPv6 (whose routes have none) from the destination.
      return host.localRoutes
        .filter((route) => route.interface !== dummyInterface)
        .flatMap(
          (route) => route.source ?? (familyOf(route.destination) === 'IPv6' ? route.destination : []),
        );
    case 'interfaces': {
      const bound = rules.nodePortsSpareBoundAddresses ? (boundAddresses(host) ?? []) : [];
      return others.map(({ address }) => address).filter((address) => !bound.includes(address));
    }
  }
}
