// What this folder does with addresses as canonical text: families, ranges, order, endpoints.
import { ipDigits, isIpv6, parseCidr, rangeMatcher } from '../core/ip.ts';

export type AddressFamily = 'IPv4' | 'IPv6';

export function familyOf(address: string): AddressFamily {
  return isIpv6(address) ? 'IPv6' : 'IPv4';
}

/** Tells of an address whether it lies in one of several CIDRs; a text that is no CIDR holds nothing. */
export function cidrMatcher(cidrs: readonly string[]): (address: string) => boolean {
  return rangeMatcher(cidrs.flatMap((cidr) => parseCidr(cidr) ?? []));
}

/** Whether an address is one of the host itself: 127.0.0.0/8 or ::1. */
export const isLoopback = cidrMatcher(['127.0.0.0/8', '::1/128']);

/** Whether an address counts on its own link only: fe80::/10. */
export const isLinkLocalIpv6 = cidrMatcher(['fe80::/10']);

/** Reads `address:port` or `[address]:port`; undefined when it is neither. */
export function splitEndpoint(text: string): { address: string; port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const address = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return address === undefined || port > 65535 ? undefined : { address, port };
}

/** Items in the order of their addresses: IPv4 first, by number, what is no address last; then as `thenBy` says. */
export function sortByAddress<Item>(
  items: readonly Item[],
  addressOf: (item: Item) => string,
  thenBy: (left: Item, right: Item) => number = () => 0,
): Item[] {
  // A table may have tens of thousands of addresses: each is read once.
  const keyed = items.map((item) => ({ item, key: sortKey(addressOf(item)) }));
  keyed.sort((left, right) => {
    if (left.key !== right.key) return left.key < right.key ? -1 : 1;
    return thenBy(left.item, right.item);
  });
  return keyed.map(({ item }) => item);
}

/** A text that sorts as its address does. */
function sortKey(address: string): string {
  const digits = ipDigits(address);
  if (digits === undefined) return `9 ${address}`;
  return `${isIpv6(address) ? 6 : 4} ${digits}`;
}
