// IPv4 and IPv6 addresses, ranges and CIDRs as numbers or digits: parse, write, compare, contain, overlap.
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
  const digits = ipDigits(text);
  return digits === undefined
    ? undefined
    : { family: digits.length === digitCount[4] ? 4 : 6, value: BigInt(`0x${digits}`) };
}

/**
 * An address as hexadecimal digits: eight of IPv4, 32 of IPv6. Within a family they sort as the addresses do, and they
 * cost much less than numbers of 128 bits. Reads what parseIp reads.
 */
export function ipDigits(text: string): string | undefined {
  return isIPv4(text) ? ipv4Digits(text) : ipv6Digits(text);
}

/** The canonical text of an address: IPv6 in lower case with the longest run of zero groups left out (RFC 5952). */
export function formatIp({ family, value }: IpAddress): string {
  const digits = valueDigits(family, value);
  return family === 4 ? splitGroups(digits, 2).join('.') : formatIpv6(digits);
}

/** The canonical text of an address given as text; other texts come back as they are. */
export function canonicalIp(text: string): string {
  // There is one way to write an IPv4 address.
  if (isIPv4(text)) return text;
  const digits = ipv6Digits(text);
  return digits === undefined ? text : formatIpv6(digits);
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

/** Tells of many addresses, given as text, whether they lie in one of several ranges. */
export function rangeMatcher(ranges: readonly IpRange[]): (address: string) => boolean {
  const limits = ranges.map(({ family, first, last }) => ({
    first: valueDigits(family, first),
    last: valueDigits(family, last),
  }));
  return (address) => {
    const digits = limits.length === 0 ? undefined : ipDigits(address);
    if (digits === undefined) return false;
    return limits.some(
      ({ first, last }) => first.length === digits.length && first <= digits && digits <= last,
    );
  };
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

/** Whether a URL's host is made of signs that mean nothing to shells and in files of settings: URLs allow more. */
export function isPlainHost(hostname: string): boolean {
  return /^(\[[0-9a-f:.]+\]|[\w.-]+)$/i.test(hostname);
}

const digitCount = { 4: 8, 6: 32 } as const;

function valueDigits(family: IpFamily, value: bigint): string {
  return value.toString(16).padStart(digitCount[family], '0');
}

function ipv4Digits(text: string): string {
  const [first = 0, second = 0, third = 0, fourth = 0] = text.split('.').map(Number);
  const value = ((first * 256 + second) * 256 + third) * 256 + fourth;
  return value.toString(16).padStart(digitCount[4], '0');
}

const mappedPrefix = 'ffff'.padStart(24, '0');

/** Undefined for a text that parseIp does not take for IPv6. */
function ipv6Digits(text: string): string | undefined {
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const [head = '', tail = ''] = text.split('::');
  const right = digitsBetween(tail);
  const digits = digitsBetween(head).padEnd(digitCount[6] - right.length, '0') + right;
  return digits.startsWith(mappedPrefix) ? undefined : digits;
}

/** The digits of one side of `::`; an IPv4 address at the end counts for two groups. */
function digitsBetween(text: string): string {
  if (text === '') return '';
  const groups = text
    .split(':')
    .map((group) => (group.includes('.') ? ipv4Digits(group) : group.padStart(4, '0')));
  return groups.join('').toLowerCase();
}

function formatIpv6(digits: string): string {
  const text = splitGroups(digits, 4)
    .map((group) => group.toString(16))
    .join(':');
  const [longest] = [...text.matchAll(/\b0(:0)+\b/g)].toSorted(
    (first, second) => second[0].length - first[0].length,
  );
  if (longest === undefined) return text;
  const [before, after] = [text.slice(0, longest.index), text.slice(longest.index + longest[0].length)];
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`;
}

/** @param width Digits of a group. */
function splitGroups(digits: string, width: number): readonly number[] {
  return Array.from({ length: digits.length / width }, (_, index) =>
    Number.parseInt(digits.slice(index * width, (index + 1) * width), 16),
  );
}
