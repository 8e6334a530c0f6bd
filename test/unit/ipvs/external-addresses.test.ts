import { describe, expect, it } from 'vitest';
import type { ExpectedServer } from '../../../src/ipvs/expected/expected-state.ts';
import { externalAddresses } from '../../../src/ipvs/external-addresses.ts';
import type { IpvsTable, RealServer } from '../../../src/ipvs/table/model.ts';
import { endpoint, host } from '../../support/services.ts';

const expected: ExpectedServer = {
  kind: 'external-ip',
  protocol: 'TCP',
  address: '10.77.0.101',
  port: 80,
  scheduler: 'rr',
  owners: [{ namespace: 'user-a-ns', name: 'nginx' }],
  persistenceSeconds: null,
  realServers: [
    { address: '10.244.1.5', port: 80 },
    { address: '10.244.1.6', port: 80 },
  ],
};

const real = (address: string, parts: Partial<RealServer> = {}): RealServer => ({
  address,
  port: 80,
  forwarding: 'Masq',
  weight: 1,
  active: 0,
  inactive: 0,
  ...parts,
});

function table(...realServers: readonly RealServer[]): IpvsTable {
  const { protocol, address, port, scheduler } = expected;
  return {
    virtualServers: [{ protocol, address, port, scheduler, flags: [], realServers }],
    markedServers: [],
  };
}

describe('externalAddresses', () => {
  it('names the pods behind an address and the interface that holds it', () => {
    const endpoints = [endpoint('10.244.1.5', { pod: 'nginx-a' }), endpoint('10.244.1.6', { node: null })];
    const state = {
      table: table(real('10.244.1.5', { active: 2, inactive: 7 }), real('10.244.1.6')),
      host: host(['10.77.0.101']),
    };
    expect(externalAddresses([expected], endpoints, state)).toEqual([
      {
        protocol: 'TCP',
        address: '10.77.0.101',
        port: 80,
        services: ['user-a-ns/nginx'],
        scheduler: 'rr',
        heldOn: ['kube-ipvs0'],
        backends: [
          { ...place('10.244.1.5'), weight: 1, active: 2, inactive: 7, pod: 'nginx-a', node: 'worker1' },
          { ...place('10.244.1.6'), weight: 1, active: 0, inactive: 0, pod: null, node: null },
        ],
      },
    ]);
  });

  it('shows a real server that is missing without a weight, in its place by address', () => {
    const [found] = externalAddresses([expected], [], { table: table(real('10.244.1.6')), host: host() });
    expect(found?.backends.map(({ address, weight }) => [address, weight])).toEqual([
      ['10.244.1.5', null],
      ['10.244.1.6', 1],
    ]);
    expect(found?.heldOn).toEqual([]);
  });

  it('keeps a real server that nobody expects', () => {
    const actual = table(real('10.244.1.5'), real('10.244.1.6'), real('10.244.9.9'));
    const [found] = externalAddresses([expected], [], { table: actual, host: host() });
    expect(found?.backends.at(-1)).toMatchObject({ address: '10.244.9.9', weight: 1, pod: null });
  });

  it('has no scheduler without a virtual server, and leaves out what is not for people outside', () => {
    const inside: ExpectedServer = { ...expected, kind: 'cluster-ip', address: '10.96.0.7' };
    const found = externalAddresses([inside, expected], [], { table: null, host: host() });
    expect(found).toMatchObject([{ address: '10.77.0.101', scheduler: null }]);
  });

  it('does not take the pod of another Service on the same node address for this one', () => {
    const other = endpoint('10.244.1.5', { service: 'other', pod: 'other-a' });
    const [found] = externalAddresses([expected], [other], {
      table: table(real('10.244.1.5')),
      host: host(),
    });
    expect(found?.backends[0]?.pod).toBeNull();
  });
});

function place(address: string): { readonly address: string; readonly port: number } {
  return { address, port: 80 };
}
