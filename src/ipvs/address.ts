// What this folder does with addresses as canonical text: families, ranges, order, endpoints.
import { compareIp, parseCidr, parseIp, rangeContains } from '../core/ip.ts';

export type AddressFamily = 'IPv4' | 'IPv6';

/** Anything with a colon is IPv6. */
export function familyOf(address: string): AddressFamily {
  return address.includes(':') ? 'IPv6' : 'IPv4';
}

/** Tells of an address whether it lies in one of several CIDRs; a text that is no CIDR holds nothing. */
export function cidrMatcher(cidrs: readonly string[]): (address: string) => boolean {
  const ranges = cidrs.flatMap((cidr) => parseCidr(cidr) ?? []);
  return (address) => {
    if (ranges.length === 0) return false;
    const ip = parseIp(address);
    return ip !== undefined && ranges.some((range) => rangeContains(range, ip));
  };
}

/** Whether an address is one of the host itself: 127.0.0.0/8 or ::1. */
export const isLoopback = cidrMatcher(['127.0.0.0/8', '::1/128']);

/** Whether an address counts on its own link only: fe80::/10. */
export const isLinkLocalIpv6 = cidrMatcher(['fe80::/10']);

/** `address:port`, with brackets around IPv6. */
export function formatEndpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Reads `address:port` or `[address]:port`; undefined when it is neither. */
export function splitEndpoint(text: string): { address: string; port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const address = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return address === undefined || port > 65535 ? undefined : { address, port };
}

/** Orders addresses by number, IPv4 first; what is no address comes last. */
export function compareAddresses(left: string, right: string): number {
  const [a, b] = [parseIp(left), parseIp(right)];
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareIp(a, b);
}
