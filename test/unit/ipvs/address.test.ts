// Addresses as text: endpoints, ranges, order.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatEndpoint } from '../../../src/core/ip.ts';
import { cidrMatcher, sortByAddress, splitEndpoint } from '../../../src/ipvs/address.ts';

it('writes and reads endpoints of both families', () => {
  expect(formatEndpoint('fd00::1', 80)).toBe('[fd00::1]:80');
  expect(splitEndpoint('[fd00::1]:80')).toEqual({ address: 'fd00::1', port: 80 });
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 0, max: 65_535 }), (address, port) => {
      expect(splitEndpoint(formatEndpoint(address, port))).toEqual({ address, port });
    }),
  );
});

it.each(['', '10.0.0.1', '10.0.0.1:', 'fd00::1:80', '[fd00::1]', '10.0.0.1:65536'])(
  'refuses %j as endpoint',
  (text) => {
    expect(splitEndpoint(text)).toBeUndefined();
  },
);

it('tells what lies in one of several ranges', () => {
  const matches = cidrMatcher(['10.244.0.0/16', 'fd00:244::/56', 'nonsense']);
  expect(
    ['10.244.255.255', '10.245.0.0', 'fd00:244:0:ff::1', 'fd00:245::1', 'nonsense'].map(matches),
  ).toEqual([true, false, true, false, false]);
});

it('sorts by number, IPv4 first, what is no address last, and then as told', () => {
  const items = [
    ['x', 1],
    ['fd00::1', 1],
    ['10.0.0.10', 2],
    ['10.0.0.10', 1],
    ['10.0.0.9', 1],
  ] as const;
  const sorted = sortByAddress(
    items,
    ([address]) => address,
    ([, left], [, right]) => left - right,
  );
  expect(sorted.map((item) => item.join(' '))).toEqual([
    '10.0.0.9 1',
    '10.0.0.10 1',
    '10.0.0.10 2',
    'fd00::1 1',
    'x 1',
  ]);
});
