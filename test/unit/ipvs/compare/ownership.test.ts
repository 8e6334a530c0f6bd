// Which virtual servers are kube-proxy's: the rule that decides what a clean-up may delete.
import { describe, expect, it } from 'vitest';
import {
  ownershipJudge,
  type ClusterNetworks,
  type Ownership,
} from '../../../../src/ipvs/compare/ownership.ts';
import type { HostAddresses } from '../../../../src/ipvs/host-addresses.ts';
import type { VirtualServer } from '../../../../src/ipvs/table/model.ts';
import { host, networks } from '../../../support/services.ts';

function server(address: string, port: number, ...reals: readonly string[]): VirtualServer {
  return {
    protocol: 'TCP',
    address,
    port,
    scheduler: 'rr',
    flags: [],
    realServers: reals.map((real) => ({
      address: real,
      port: 80,
      forwarding: 'Masq',
      weight: 1,
      active: 0,
      inactive: 0,
    })),
  };
}

function judge(
  servers: readonly VirtualServer[],
  on: HostAddresses = host(['10.96.0.1', '10.77.0.101']),
  parts: Partial<ClusterNetworks> = {},
): readonly Ownership[] {
  const judged = ownershipJudge({ virtualServers: servers, markedServers: [] }, on, {
    ...networks,
    ...parts,
  });
  return servers.map(judged);
}

const one = (
  virtualServer: VirtualServer,
  on?: HostAddresses,
  parts?: Partial<ClusterNetworks>,
): Ownership | undefined => judge([virtualServer], on, parts)[0];

describe('an address on kube-ipvs0', () => {
  it("is kube-proxy's, even with real servers outside the cluster (a Service with hand-made endpoints)", () => {
    expect(one(server('10.77.0.101', 80, '192.0.2.7'))).toBe('kube-proxy');
    expect(one(server('10.96.0.1', 443))).toBe('kube-proxy');
  });

  it('is left alone when excludeCIDRs hold it', () => {
    expect(one(server('10.77.0.101', 80), undefined, { excludeCIDRs: ['10.77.0.96/28'] })).toBe('excluded');
  });
});

describe('an address of the service network that is on no interface any more', () => {
  it("is kube-proxy's with pods, nodes or nothing behind it", () => {
    expect(one(server('10.96.0.9', 80, '10.244.1.5'), host())).toBe('kube-proxy');
    expect(one(server('10.96.0.9', 443, '10.77.0.11'), host())).toBe('kube-proxy');
    expect(one(server('10.96.0.9', 80), host())).toBe('kube-proxy');
  });

  it("is somebody else's when something behind it is not the cluster's", () => {
    expect(one(server('10.96.0.9', 80, '10.244.1.5', '192.0.2.7'), host())).toBe('foreign');
  });
});

describe('a node port on the virtual IP of the control planes', () => {
  it("is kube-proxy's on the node that has it, and on one that has just lost it", () => {
    const left = server('10.77.0.8', 30080, '10.244.1.5');
    const parts = { movingAddresses: ['10.77.0.8'] };
    const virtualIP = { interface: 'eth0', address: '10.77.0.8', prefixLength: 24 };
    const holder = { ...host(), addresses: [...host().addresses, virtualIP] };
    expect(one(left, holder, parts)).toBe('kube-proxy');
    expect(one(left, host(), parts)).toBe('kube-proxy');
    expect(one(left, host())).toBe('foreign');
  });
});

describe('an external IP of a Service that is not on kube-ipvs0', () => {
  const parts = { externalAddresses: ['10.77.0.102'] };

  it("is kube-proxy's with pods behind it, somebody else's with others", () => {
    expect(one(server('10.77.0.102', 80, '10.244.1.5'), host(), parts)).toBe('kube-proxy');
    expect(one(server('10.77.0.102', 80, '10.77.0.201'), host(), parts)).toBe('foreign');
  });

  it("is somebody else's when no Service names it", () => {
    expect(one(server('10.77.0.102', 80, '10.244.1.5'), host())).toBe('foreign');
  });
});

describe('a node port', () => {
  it("is kube-proxy's on an address of the host with pods behind it", () => {
    expect(one(server('10.77.0.12', 30080, '10.244.1.5'))).toBe('kube-proxy');
    expect(one(server('127.0.0.1', 30080, '10.244.1.5'))).toBe('kube-proxy');
  });

  it.each([
    ['a port outside the range', server('10.77.0.12', 8080, '10.244.1.5')],
    ['an address that is not of this host', server('10.77.0.99', 30080, '10.244.1.5')],
    ['a real server outside the cluster', server('10.77.0.12', 30080, '192.0.2.7')],
    ['nothing behind it, and on one address only', server('10.77.0.12', 30080)],
  ])("is somebody else's: %s", (_, virtualServer) => {
    expect(one(virtualServer)).toBe('foreign');
  });

  it("without real servers is kube-proxy's when the same port is balanced on another address of the host", () => {
    expect(judge([server('10.77.0.12', 30080), server('127.0.0.1', 30080)])).toEqual([
      'kube-proxy',
      'kube-proxy',
    ]);
    expect(judge([server('10.77.0.12', 30080), server('10.77.0.99', 30080)])).toEqual(['foreign', 'foreign']);
  });
});
