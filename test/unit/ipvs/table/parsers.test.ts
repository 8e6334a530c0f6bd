// What a real kernel (6.1) and ipvsadm (1.31) print, and that any table survives being printed and read.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  sortVirtualServers,
  virtualServerKey,
  type IpvsTable,
  type VirtualServer,
} from '../../../../src/ipvs/table/model.ts';
import { parseIpvsadmListing, parseIpvsadmRules } from '../../../../src/ipvs/table/parse-ipvsadm.ts';
import { parseProcIpVs } from '../../../../src/ipvs/table/parse-proc.ts';
import { anyTable } from '../../../support/arbitrary-ipvs.ts';
import { printListing, printProc, printRules } from '../../../support/print-ipvs.ts';

const capture = (name: string): string =>
  readFileSync(new URL(`../../../captures/ipvs/${name}`, import.meta.url), 'utf8');
const proc = parseProcIpVs(capture('proc-net-ip_vs.txt'), 100);
const listing = parseIpvsadmListing(capture('ipvsadm-Ln.txt'));
const rules = parseIpvsadmRules(capture('ipvsadm-Sn.txt'));

const find = (table: IpvsTable, key: string): VirtualServer | undefined =>
  table.virtualServers.find((server) => virtualServerKey(server) === key);

describe('/proc/net/ip_vs', () => {
  it('gives addresses, ports and weights in plain form', () => {
    expect(find(proc, 'TCP 10.105.12.124:80')).toEqual({
      protocol: 'TCP',
      address: '10.105.12.124',
      port: 80,
      scheduler: 'rr',
      flags: [],
      persistenceSeconds: 10800,
      realServers: [
        { address: '10.244.0.6', port: 80, forwarding: 'Masq', weight: 1, active: 0, inactive: 0 },
        { address: '10.244.1.5', port: 80, forwarding: 'Masq', weight: 1, active: 0, inactive: 0 },
      ],
    });
  });

  it('reads IPv6, other forwarding methods, flags, masks and firewall marks', () => {
    expect(find(proc, 'TCP [fd00:96::a]:80')).toMatchObject({
      persistenceSeconds: 300,
      realServers: [{ address: 'fd00:244::5', port: 8080 }],
    });
    expect(find(proc, 'TCP [fd00:96::a]:80')).not.toHaveProperty('persistenceMask');
    expect(find(proc, 'UDP 10.96.0.11:53')).toMatchObject({
      flags: ['ops'],
      realServers: [{ forwarding: 'Route' }],
    });
    expect(find(proc, 'SCTP 10.96.0.12:3868')?.realServers[0]?.forwarding).toBe('Tunnel');
    expect(find(proc, 'TCP 10.77.0.200:80')).toMatchObject({ persistenceMask: '255.255.255.0' });
    expect(proc.markedServers).toMatchObject([{ mark: 7, scheduler: 'rr', realServers: [{ port: 0 }] }]);
  });

  it('says that persistence is unknown when the tick rate is', () => {
    const table = parseProcIpVs(capture('proc-net-ip_vs.txt'));
    expect(find(table, 'TCP 10.105.12.124:80')?.persistenceSeconds).toBe('unknown');
    expect(find(table, 'TCP 10.96.0.1:443')).not.toHaveProperty('persistenceSeconds');
  });

  it('is empty when nothing is balanced', () => {
    const empty = capture('proc-net-ip_vs.txt').split('\n').slice(0, 3).join('\n');
    expect(parseProcIpVs(empty)).toEqual({ virtualServers: [], markedServers: [] });
  });

  it.each([
    ['', 'not a listing'],
    ['IP Virtual Server version 1.2.1 (size=4096)\na\nb\nTCP  nonsense rr', 'not understood'],
    ['IP Virtual Server version 1.2.1 (size=4096)\na\nb\nTCP  ZZZZZZZZ:0050 rr', 'not an address'],
    [
      'IP Virtual Server version 1.2.1 (size=4096)\na\nb\n  -> 0A000001:0050      Masq    1      0          0',
      'before any virtual server',
    ],
  ])('refuses %j', (text, message) => {
    expect(() => parseProcIpVs(text)).toThrow(message);
  });
});

describe('ipvsadm', () => {
  const known = (table: IpvsTable): unknown => ({
    virtualServers: sortVirtualServers(table.virtualServers).map(withoutSchedulerFlags),
    markedServers: table.markedServers,
  });

  it('-Ln and the kernel tell the same table', () => {
    expect(known(listing)).toEqual(known(proc));
  });

  it('-Sn and -Ln tell the same table', () => {
    expect(rules).toEqual(listing);
  });

  it('-Ln tells scheduler flags, which the kernel listing leaves out', () => {
    expect(find(listing, 'TCP 10.77.0.210:80')?.flags).toEqual(['sh-fallback', 'sh-port']);
  });

  it.each(['-X -t 10.0.0.1:80 -s rr', '-A -t nonsense -s rr', '-a -t 10.0.0.1:80 -r 10.0.0.2:80 -w 1'])(
    'refuses the rule %j',
    (line) => {
      expect(() => parseIpvsadmRules(line)).toThrow();
    },
  );

  it.each(['ICMP 10.0.0.1:80 rr', 'TCP nonsense rr'])('refuses the listing %j', (line) => {
    expect(() => parseIpvsadmListing(line)).toThrow();
  });
});

describe('any table is the same after being printed and read', () => {
  it('as /proc/net/ip_vs, at any tick rate', () => {
    const ticks = fc.constantFrom(100, 250, 300, 1000);
    fc.assert(
      fc.property(anyTable, ticks, (table, rate) => {
        expect(parseProcIpVs(printProc(table, rate), rate)).toEqual(table);
      }),
    );
  });

  it('as ipvsadm -Ln', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        expect(parseIpvsadmListing(printListing(table))).toEqual(table);
      }),
    );
  });

  it('as ipvsadm -Sn, but for the counts of connections', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        expect(parseIpvsadmRules(printRules(table))).toEqual(withoutConnections(table));
      }),
    );
  });
});

function withoutSchedulerFlags(server: VirtualServer): VirtualServer {
  return {
    ...server,
    flags: server.flags.filter((flag) => flag === 'ops'),
    realServers: server.realServers.toSorted((a, b) => a.address.localeCompare(b.address)),
  };
}

function withoutConnections({ virtualServers, markedServers }: IpvsTable): IpvsTable {
  const idle = <Server extends Pick<VirtualServer, 'realServers'>>(server: Server): Server => ({
    ...server,
    realServers: server.realServers.map((real) => ({ ...real, active: 0, inactive: 0 })),
  });
  return { virtualServers: virtualServers.map(idle), markedServers: markedServers.map(idle) };
}
