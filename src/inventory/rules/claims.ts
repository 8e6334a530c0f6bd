// Who has which address outside the cluster's own networks: hosts, and the virtual address of the control planes.
import { parseCidr, rangeContains, type IpAddress } from '../../core/ip.ts';
import { present, type Placed } from './entry.ts';
import type { Outline } from './outline.ts';

/** An address that is taken. */
export interface Claim extends Placed<IpAddress> {
  /** Completes "is …": `the address of host "master1"`. */
  readonly what: string;
  readonly kind: 'host' | 'vip';
  /** Whether it is a host's address of the other family. */
  readonly isSecond?: boolean;
}

export function addressClaims({ hosts, vip }: Outline): Claim[] {
  const ofHosts = hosts.flatMap(({ name, address, secondAddress }): Claim[] => {
    const whose = name === undefined ? 'of a host' : `of host "${name.value}"`;
    const common = { kind: 'host' } as const;
    return present([
      address && { ...address, ...common, what: `the address ${whose}` },
      secondAddress && {
        ...secondAddress,
        ...common,
        what: `the second address ${whose}`,
        isSecond: true,
      },
    ]);
  });
  const ofVip: Claim[] =
    vip === undefined ? [] : [{ ...vip, what: 'the virtual address of the control planes', kind: 'vip' }];
  return [...ofHosts, ...ofVip];
}

/** What an address is that no machine can have as its own; undefined for a usable one. */
export function unusableAddress(address: IpAddress): string | undefined {
  const { family, value } = address;
  const kinds = family === 4 ? unusableIpv4 : unusableIpv6;
  return kinds.find(({ bits, start }) => value >> BigInt((family === 4 ? 32 : 128) - bits) === start)?.what;
}

/** Whether an address is a machine's own loopback, which no other machine can reach. */
export function isLoopback({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n;
}

/** The networks that are reserved for examples in documents (RFC 5737 and RFC 3849). */
export function isExample(address: IpAddress): boolean {
  return exampleNetworks.some((network) => rangeContains(network, address));
}

const exampleNetworks = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32'].flatMap(
  (text) => parseCidr(text) ?? [],
);

const unusableIpv4 = [
  { bits: 8, start: 0n, what: 'no address of a machine' },
  { bits: 32, start: 0xffffffffn, what: 'the broadcast address' },
  { bits: 4, start: 0xen, what: 'a multicast address' },
  { bits: 4, start: 0xfn, what: 'a reserved address' },
];

const unusableIpv6 = [
  { bits: 128, start: 0n, what: 'no address of a machine' },
  { bits: 8, start: 0xffn, what: 'a multicast address' },
  { bits: 10, start: 0x3fan, what: 'a link-local address, which means something else on every link' },
];

/** "IPv4" or "IPv6". */
export function familyName({ family }: Pick<IpAddress, 'family'>): string {
  return `IPv${family}`;
}
