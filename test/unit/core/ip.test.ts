// Address arithmetic against hand-picked addresses and Node's own block lists.
import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalIp,
  compareIp,
  formatCidr,
  formatIp,
  ipDigits,
  parseCidr,
  parseIp,
  parseRange,
  rangeContains,
  rangeMatcher,
  rangeSize,
  rangesOverlap,
  splitNetworks,
  type Cidr,
  type IpRange,
} from '../../../src/core/ip.ts';

const address = (text: string) => parseIp(text) ?? expect.fail(`${text} was not read`);
const cidr = (text: string): Cidr => parseCidr(text) ?? expect.fail(`${text} was not read`);
const range = (text: string): IpRange => parseRange(text) ?? expect.fail(`${text} was not read`);

describe('parseIp', () => {
  it.each([
    ['0.0.0.0', 4, 0n],
    ['100.67.151.2', 4, 0x64439702n],
    ['255.255.255.255', 4, 0xffffffffn],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['fd00::', 6, 0xfdn << 120n],
    ['2001:DB8::8:800:200C:417A', 6, 0x20010db80000000000080800200c417an],
    ['64:ff9b::192.0.2.33', 6, 0x0064ff9b0000000000000000c0000221n],
  ])('reads %s', (text, family, value) => {
    expect(parseIp(text)).toEqual({ family, value });
  });

  it.each([
    '',
    ' 10.0.0.1',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.1/24',
    '0x7f.1',
    '1::2::3',
    'fe80::1%eth0',
    '::ffff:10.0.0.1',
    '1:2:3:4:5:6:7:8:9',
    'localhost',
  ])('refuses %j', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });
});

describe('formatIp', () => {
  it.each([
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:1:0:0:0:0:0', '0:0:1::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['::', '::'],
    ['::1', '::1'],
    ['10:10:0:0:10:10:10:10', '10:10::10:10:10:10'],
    ['100.67.151.9', '100.67.151.9'],
    ['not an address', 'not an address'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalIp(text)).toBe(canonical);
  });

  it('is read back as the same address, whatever the address', () => {
    const any = fc.oneof(
      fc.bigInt(0n, 2n ** 32n - 1n).map((value) => ({ family: 4 as const, value })),
      fc
        .bigInt(0n, 2n ** 128n - 1n)
        .filter((value) => value >> 32n !== 0xffffn)
        .map((value) => ({ family: 6 as const, value })),
    );
    fc.assert(
      fc.property(any, (ip) => {
        expect(parseIp(formatIp(ip))).toEqual(ip);
      }),
    );
  });
});

describe('ipDigits', () => {
  it.each([
    ['100.67.151.2', '64439702'],
    ['0.0.0.1', '00000001'],
    ['FD00::A', 'fd00000000000000000000000000000a'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
    ['::ffff:10.0.0.1', undefined],
    ['localhost', undefined],
  ])('reads %s', (text, digits) => {
    expect(ipDigits(text)).toBe(digits);
  });

  it('sort as the addresses of their family', () => {
    const [ipv4, ipv6] = [
      ['10.0.0.10', '9.0.0.1', '10.0.0.9'],
      ['fd00::10', '::1', 'fd00::9'],
    ];
    for (const texts of [ipv4, ipv6]) {
      const sorted = texts.map(address).toSorted(compareIp).map(formatIp);
      expect(texts.map(ipDigits).sort()).toEqual(sorted.map(ipDigits));
    }
  });
});

describe('compareIp', () => {
  it('orders by family, then by value, not by text', () => {
    const sorted = ['::1', '10.0.0.10', '10.0.0.9', '9.0.0.1'].map(address).toSorted(compareIp).map(formatIp);
    expect(sorted).toEqual(['9.0.0.1', '10.0.0.9', '10.0.0.10', '::1']);
    expect(compareIp(address('fd00::1'), address('FD00:0::1'))).toBe(0);
  });
});

describe('parseCidr', () => {
  it('knows first and last address, and keeps host bits', () => {
    const read = cidr('10.96.1.7/12');
    expect(formatCidr(read)).toBe('10.96.0.0/12');
    expect(formatIp({ family: 4, value: read.last })).toBe('10.111.255.255');
    expect(formatIp(read.address)).toBe('10.96.1.7');
    expect(rangeSize(read)).toBe(2n ** 20n);
  });

  it('takes whole families and single addresses', () => {
    expect(rangeSize(cidr('0.0.0.0/0'))).toBe(2n ** 32n);
    expect(rangeSize(cidr('::/0'))).toBe(2n ** 128n);
    expect(rangeSize(cidr('10.0.0.1/32'))).toBe(1n);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/',
    'fd00::/129',
    '10.0.0.0/8/8',
    '/8',
  ])('refuses %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

describe('parseRange', () => {
  it.each([
    ['100.67.151.9', 1n],
    ['100.67.151.9-100.67.151.10', 2n],
    ['100.67.151.9 - 100.67.151.12', 4n],
    ['10.0.0.0/30', 4n],
    ['fd00::1-fd00::ff', 255n],
  ])('reads %s', (text, size) => {
    expect(rangeSize(range(text))).toBe(size);
  });

  it.each([
    '',
    '-',
    '10.0.0.9-',
    '10.0.0.9-10.0.0.8',
    '10.0.0.1-fd00::1',
    '10.0.0.1-2',
    '1.1.1.1-1.1.1.2-1.1.1.3',
  ])('refuses %j', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
});

describe('rangeContains and rangesOverlap', () => {
  it('never mix families', () => {
    expect(rangeContains(cidr('0.0.0.0/0'), address('::1'))).toBe(false);
    expect(rangesOverlap(cidr('0.0.0.0/0'), cidr('::/0'))).toBe(false);
  });

  it('include both ends', () => {
    const pool = range('10.0.0.5-10.0.0.6');
    expect(
      ['10.0.0.4', '10.0.0.5', '10.0.0.6', '10.0.0.7'].map((text) => rangeContains(pool, address(text))),
    ).toEqual([false, true, true, false]);
    expect(rangesOverlap(pool, range('10.0.0.6-10.0.0.9'))).toBe(true);
    expect(rangesOverlap(pool, range('10.0.0.7-10.0.0.9'))).toBe(false);
  });

  it('are told of many addresses at once', () => {
    const isInside = rangeMatcher([range('10.0.0.5-10.0.0.6'), cidr('fd00::/16')]);
    const texts = ['10.0.0.4', '10.0.0.5', '10.0.0.6', '10.0.0.7', 'FD00::1', 'fd01::', '::a00:5', 'x'];
    expect(texts.filter(isInside)).toEqual(['10.0.0.5', '10.0.0.6', 'FD00::1']);
    expect(rangeMatcher([])('10.0.0.5')).toBe(false);
  });

  it("agree with Node's block lists", () => {
    const any = fc.record({
      net: fc.nat(0xffffffff),
      prefix: fc.integer({ min: 1, max: 32 }),
      value: fc.nat(0xffffffff),
    });
    fc.assert(
      fc.property(any, ({ net, prefix, value }) => {
        const network = cidr(`${formatIp({ family: 4, value: BigInt(net) })}/${prefix}`);
        const ip = { family: 4 as const, value: BigInt(value) };
        const list = new BlockList();
        list.addSubnet(formatIp({ family: 4, value: network.first }), prefix);
        expect(rangeContains(network, ip)).toBe(list.check(formatIp(ip)));
      }),
    );
  });
});

it('the networks of both families stand in one text', () => {
  expect(splitNetworks('10.244.0.0/16')).toEqual(['10.244.0.0/16']);
  expect(splitNetworks('10.244.0.0/16, fd00:244::/56')).toEqual(['10.244.0.0/16', 'fd00:244::/56']);
});
