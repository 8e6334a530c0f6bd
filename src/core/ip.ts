// IPv4 and IPv6 addresses, ranges and CIDRs as numbers: parse, write, compare, contain, overlap.
import { isIPv4, isIPv6 } from 'node:net';

export type IpFamily = 4 | 6;

export interface IpAddress {
  readonly family: IpFamily;
  readonly value: bigint;
}

/** All addresses from `first` to `last`, both included. */
export interface IpRange {
  readonly family: IpFamily;
  readonly first: bigint;
  readonly last: bigint;
}

/** A network; `address` keeps the host bits that it was written with. */
export interface Cidr extends IpRange {
  readonly prefix: number;
  readonly address: IpAddress;
}

/** Bits of an address. */
export const addressBits = { 4: 32, 6: 128 } as const;

/**
 * Reads an address. IPv4 without leading zeros; IPv6 without a zone, and without an IPv4 address mapped into it,
 * because programs do not agree which family that is.
 */
export function parseIp(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { family: 4, value: joinGroups(text.split('.'), 10, 8n) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const value = parseIpv6(text);
  return value >> 32n === 0xffffn ? undefined : { family: 6, value };
}

/** The canonical text of an address: IPv6 in lower case with the longest run of zero groups left out (RFC 5952). */
export function formatIp({ family, value }: IpAddress): string {
  if (family === 4) return splitGroups(value, 4, 8n).map(String).join('.');
  const groups = splitGroups(value, 8, 16n).map((group) => group.toString(16));
  const runs = [...groups.join(' ').matchAll(/\b0( 0)+\b/g)];
  const [longest] = runs.toSorted((first, second) => second[0].length - first[0].length);
  if (longest === undefined) return groups.join(':');
  const before = groups.join(' ').slice(0, longest.index).trim().replaceAll(' ', ':');
  const after = groups
    .join(' ')
    .slice(longest.index + longest[0].length)
    .trim()
    .replaceAll(' ', ':');
  return `${before}::${after}`;
}

/** The canonical text of an address given as text; other texts come back as they are. */
export function canonicalIp(text: string): string {
  const address = parseIp(text);
  return address === undefined ? text : formatIp(address);
}

/** Whether an address or CIDR is one of IPv6: anything with a colon. */
export function isIpv6(text: string): boolean {
  return text.includes(':');
}

/** The prefix length that means one address alone. */
export function singlePrefix(address: string): number {
  return addressBits[isIpv6(address) ? 6 : 4];
}

/** A CIDR that holds one address alone. */
export function singleAddressCIDR(address: string): string {
  return `${address}/${singlePrefix(address)}`;
}

/** A host as URLs have it: IPv6 in brackets. */
export function inBrackets(host: string): string {
  return isIpv6(host) ? `[${host}]` : host;
}

/** `host:port`, with brackets around IPv6. */
export function formatEndpoint(host: string, port: number): string {
  return `${inBrackets(host)}:${port}`;
}

/** Orders addresses: IPv4 before IPv6, then by value. 0 for the same address. */
export function compareIp(first: IpAddress, second: IpAddress): number {
  if (first.family !== second.family) return first.family - second.family;
  return first.value < second.value ? -1 : first.value > second.value ? 1 : 0;
}

/** Reads `ADDRESS/PREFIX`. Host bits may be set: compare `address.value` with `first` to find out. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const address = parseIp(match?.[1] ?? '');
  const prefix = Number(match?.[2]);
  if (address === undefined || prefix > addressBits[address.family]) return undefined;
  const hostBits = BigInt(addressBits[address.family] - prefix);
  const first = (address.value >> hostBits) << hostBits;
  const last = first + (1n << hostBits) - 1n;
  return { family: address.family, first, last, prefix, address };
}

/** The canonical text of a CIDR: its network address, without host bits. */
export function formatCidr({ family, first, prefix }: Cidr): string {
  return `${formatIp({ family, value: first })}/${prefix}`;
}

/** The canonical text of a CIDR given as text; other texts come back as they are. */
export function canonicalCidr(text: string): string {
  const cidr = parseCidr(text);
  return cidr === undefined ? text : formatCidr(cidr);
}

/** The networks in a text such as "10.244.0.0/16,fd00:244::/56", as Kubernetes writes those of both families. */
export function splitNetworks(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim());
}

/** Reads what an address pool may name: one address, a range `FIRST-LAST`, or a CIDR. */
export function parseRange(text: string): IpRange | undefined {
  const cidr = parseCidr(text);
  if (cidr !== undefined) return cidr;
  const [from, to, ...rest] = text.split('-').map((part) => parseIp(part.replace(/^ +| +$/g, '')));
  if (from === undefined || rest.length > 0) return undefined;
  const end = text.includes('-') ? to : from;
  if (end?.family !== from.family || end.value < from.value) return undefined;
  return { family: from.family, first: from.value, last: end.value };
}

/** Whether an address is one of a range. */
export function rangeContains(range: IpRange, { family, value }: IpAddress): boolean {
  return range.family === family && range.first <= value && value <= range.last;
}

/** Whether two ranges share an address. */
export function rangesOverlap(first: IpRange, second: IpRange): boolean {
  return first.family === second.family && first.first <= second.last && second.first <= first.last;
}

/** How many addresses a range has. */
export function rangeSize({ first, last }: IpRange): bigint {
  return last - first + 1n;
}

/** The fewest networks that are a range together. */
export function rangeCidrs({ family, first, last }: IpRange): readonly string[] {
  const found: string[] = [];
  for (let value = first; value <= last;) {
    let hostBits = 0n;
    const fits = (bits: bigint) => value % (1n << bits) === 0n && value + (1n << bits) - 1n <= last;
    while (hostBits < BigInt(addressBits[family]) && fits(hostBits + 1n)) hostBits += 1n;
    found.push(`${formatIp({ family, value })}/${addressBits[family] - Number(hostBits)}`);
    value += 1n << hostBits;
  }
  return found;
}

function parseIpv6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const left = ipv6Groups(head);
  const right = ipv6Groups(tail ?? '');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return joinGroups([...left, ...Array.from({ length: gap }, () => '0'), ...right], 16, 16n);
}

/** The 16-bit groups of one side; an IPv4 address at the end counts for two. */
function ipv6Groups(text: string): string[] {
  return text.split(':').flatMap((group) => {
    if (group === '') return [];
    if (!group.includes('.')) return [group];
    const value = joinGroups(group.split('.'), 10, 8n);
    return [(value >> 16n).toString(16), (value & 0xffffn).toString(16)];
  });
}

function joinGroups(groups: readonly string[], radix: number, bits: bigint): bigint {
  return groups.reduce((value, group) => (value << bits) | BigInt(Number.parseInt(group, radix)), 0n);
}

function splitGroups(value: bigint, count: number, bits: bigint): bigint[] {
  return Array.from(
    { length: count },
    (_, index) => (value >> (BigInt(count - 1 - index) * bits)) & ((1n << bits) - 1n),
  );
}

/** Whether a URL's host is made of signs that mean nothing to shells and in files of settings: URLs allow more. */
export function isPlainHost(hostname: string): boolean {
  return /^(\[[0-9a-f:.]+\]|[\w.-]+)$/i.test(hostname);
}
