// Reading a host's addresses, from what iproute2 (6.1) and busybox print.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  boundAddresses,
  otherAddresses,
  parseAddressJson,
  parseAddressLines,
  parseLocalRoutes,
} from '../../../src/ipvs/host-addresses.ts';

const capture = (name: string): string =>
  readFileSync(new URL(`../../captures/ipvs/${name}`, import.meta.url), 'utf8');

describe('ip -o addr', () => {
  const addresses = parseAddressLines(capture('ip-o-addr.txt'));

  it('gives every address with its interface', () => {
    expect(addresses).toHaveLength(12);
    expect(addresses).toContainEqual({ interface: 'eth0', address: '10.77.0.50', prefixLength: 24 });
    expect(addresses).toContainEqual({ interface: 'kube-ipvs0', address: 'fd00:96::a', prefixLength: 128 });
  });

  it('tells the same as ip -j addr', () => {
    const json = parseAddressJson(capture('ip-j-addr.json'));
    expect(json.addresses).toEqual(addresses);
    expect(json.interfaces).toEqual(['lo', 'eth0', 'cni0', 'kube-ipvs0']);
  });

  it('reads an address without a length, a peer and a veth name', () => {
    const text = [
      '2: eth0    inet 172.17.0.1 brd 172.17.255.255 scope global eth0',
      '7: tun0    inet 10.8.0.1 peer 10.8.0.2/32 scope global tun0',
      '9: veth3@if4    inet 10.9.0.1/24 scope global veth3',
    ].join('\n');
    expect(parseAddressLines(text)).toEqual([
      { interface: 'eth0', address: '172.17.0.1', prefixLength: 32 },
      { interface: 'tun0', address: '10.8.0.1', prefixLength: 32 },
      { interface: 'veth3', address: '10.9.0.1', prefixLength: 24 },
    ]);
  });
});

describe('ip route show table local', () => {
  it('gives local routes with the address the host answers from', () => {
    const routes = parseLocalRoutes(capture('ip-o-4-route-local.txt'));
    expect(routes).toContainEqual({ interface: 'eth0', destination: '10.77.0.50', source: '10.77.0.12' });
    expect(routes).toContainEqual({ interface: 'lo', destination: '127.0.0.0/8', source: '127.0.0.1' });
    expect(routes.some((route) => route.destination === '10.77.0.255')).toBe(false);
  });

  it('gives IPv6 routes without one', () => {
    const routes = parseLocalRoutes(capture('ip-o-6-route-local.txt'));
    expect(routes).toContainEqual({ interface: 'eth0', destination: 'fd77::12', source: null });
    expect(routes).toHaveLength(4);
  });
});

describe('kube-ipvs0', () => {
  const { interfaces, addresses } = parseAddressJson(capture('ip-j-addr.json'));
  const host = { interfaces, withoutArp: [], addresses, localRoutes: [] };

  it('has its addresses, the other interfaces the rest', () => {
    expect(boundAddresses(host)).toEqual(['10.96.0.1', '10.105.12.124', '10.77.0.101', 'fd00:96::a']);
    expect(otherAddresses(host)).toHaveLength(8);
  });

  it('may be there without an address, or not at all', () => {
    expect(boundAddresses({ ...host, addresses: [] })).toEqual([]);
    expect(boundAddresses({ ...host, interfaces: ['lo'] })).toBeUndefined();
  });
});
