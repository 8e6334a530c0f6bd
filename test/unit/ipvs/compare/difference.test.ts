// What verify finds: nothing where all is as expected, and exactly the one thing that was broken.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareStates, type Difference } from '../../../../src/ipvs/compare/difference.ts';
import type { FindingKind } from '../../../../src/ipvs/compare/finding.ts';
import type { ExpectedState } from '../../../../src/ipvs/expected/expected-state.ts';
import { expectedState } from '../../../../src/ipvs/expected/expected.ts';
import { proxyRules } from '../../../../src/ipvs/expected/proxy-rules.ts';
import type { HostAddresses } from '../../../../src/ipvs/host-addresses.ts';
import {
  realServerKey,
  virtualServerKey,
  type IpvsTable,
  type VirtualServer,
} from '../../../../src/ipvs/table/model.ts';
import { anyCluster } from '../../../support/arbitrary-cluster.ts';
import { asExpected, endpoint, host, networks, service } from '../../../support/services.ts';

interface Node {
  readonly table: IpvsTable;
  readonly host: HostAddresses;
}

/** A node that is as expected. */
function healthy(expected: ExpectedState): Node {
  return { table: asExpected(expected), host: host(expected.boundAddresses.map(({ address }) => address)) };
}

function compare(expected: ExpectedState, node: Node): Difference {
  return compareStates('worker1', expected, node, networks);
}

function withServers(
  node: Node,
  change: (servers: readonly VirtualServer[]) => readonly VirtualServer[],
): Node {
  return { ...node, table: { ...node.table, virtualServers: change(node.table.virtualServers) } };
}

/** Changes the virtual server at an index. */
function changeServer(node: Node, at: number, change: (server: VirtualServer) => VirtualServer): Node {
  return withServers(node, (servers) =>
    servers.map((server, index) => (index === at ? change(server) : server)),
  );
}

describe('a node that is as expected', () => {
  it('has no findings, whatever the cluster', () => {
    fc.assert(
      fc.property(anyCluster, (input) => {
        const expected = expectedState(input);
        expect(compare(expected, healthy(expected))).toEqual({ findings: [], foreign: [], draining: [] });
      }),
    );
  });

  it('may list its servers in any order, and have connections', () => {
    fc.assert(
      fc.property(anyCluster, (input) => {
        const expected = expectedState(input);
        const busy = withServers(healthy(expected), (servers) =>
          servers.toReversed().map((server) => ({
            ...server,
            realServers: server.realServers.toReversed().map((real) => ({ ...real, active: 7, inactive: 9 })),
          })),
        );
        expect(compare(expected, busy).findings).toEqual([]);
      }),
    );
  });
});

/** One thing broken: the node, and the finding that must name it. */
interface Broken {
  readonly node: Node;
  readonly kind: FindingKind;
  readonly names: readonly string[];
}

type Breakage = (node: Node, server: VirtualServer, at: number) => Broken | undefined;

const breakages: Readonly<Record<string, Breakage>> = {
  'a virtual server taken away': (node, server, at) => ({
    node: withServers(node, (servers) => servers.filter((_, index) => index !== at)),
    kind: 'virtual-server.missing',
    names: [virtualServerKey(server)],
  }),
  'a stray virtual server on one of the addresses': (node, server) =>
    node.host.addresses.some(
      ({ interface: name, address }) => name === 'kube-ipvs0' && address === server.address,
    )
      ? {
          node: withServers(node, (servers) => [...servers, { ...server, port: 9999 }]),
          kind: 'virtual-server.extra',
          names: [virtualServerKey({ ...server, port: 9999 })],
        }
      : undefined,
  'another scheduler': (node, server, at) => ({
    node: changeServer(node, at, (one) => ({ ...one, scheduler: 'wlc' })),
    kind: 'scheduler.wrong',
    names: [virtualServerKey(server), 'wlc'],
  }),
  'another persistence': (node, server, at) => ({
    node: changeServer(node, at, (one) => ({ ...one, persistenceSeconds: 77 })),
    kind: 'persistence.wrong',
    names: [virtualServerKey(server), '77 s'],
  }),
  'a real server taken away': (node, server, at) =>
    withReal(server, (real) => ({
      node: changeServer(node, at, (one) => ({ ...one, realServers: one.realServers.slice(1) })),
      kind: 'real-server.missing',
      names: [virtualServerKey(server), realServerKey(real)],
    })),
  'a stray real server': (node, server, at) => ({
    node: changeServer(node, at, (one) => ({
      ...one,
      realServers: [
        ...one.realServers,
        { address: '10.244.99.99', port: 1, forwarding: 'Masq', weight: 1, active: 0, inactive: 0 },
      ],
    })),
    kind: 'real-server.extra',
    names: [virtualServerKey(server), '10.244.99.99:1'],
  }),
  'weight 0': (node, server, at) =>
    withReal(server, (real) => ({
      node: changeServer(node, at, (one) => ({
        ...one,
        realServers: one.realServers.map((other, index) => (index === 0 ? { ...other, weight: 0 } : other)),
      })),
      kind: 'real-server.weight-zero',
      names: [virtualServerKey(server), realServerKey(real), 'weight is 0'],
    })),
  'another forwarding method': (node, server, at) =>
    withReal(server, (real) => ({
      node: changeServer(node, at, (one) => ({
        ...one,
        realServers: one.realServers.map((other, index) =>
          index === 0 ? { ...other, forwarding: 'Route' } : other,
        ),
      })),
      kind: 'real-server.forwarding',
      names: [virtualServerKey(server), realServerKey(real), 'Route'],
    })),
  'an address taken off kube-ipvs0': (node) => {
    const gone = node.host.addresses.find((entry) => entry.interface === 'kube-ipvs0');
    if (gone === undefined) return undefined;
    const addresses = node.host.addresses.filter((entry) => entry !== gone);
    return {
      node: { ...node, host: { ...node.host, addresses } },
      kind: 'address.missing',
      names: [gone.address],
    };
  },
  'an address added to kube-ipvs0': (node) => {
    const stray = { interface: 'kube-ipvs0', address: '10.77.0.250', prefixLength: 32 };
    const addresses = [...node.host.addresses, stray];
    return {
      node: { ...node, host: { ...node.host, addresses } },
      kind: 'address.extra',
      names: ['10.77.0.250'],
    };
  },
  'no kube-ipvs0': (node) => ({
    node: {
      ...node,
      host: {
        ...node.host,
        interfaces: node.host.interfaces.filter((name) => name !== 'kube-ipvs0'),
        addresses: node.host.addresses.filter((entry) => entry.interface !== 'kube-ipvs0'),
      },
    },
    kind: 'interface.missing',
    names: ['kube-ipvs0'],
  }),
};

function withReal(
  server: VirtualServer,
  make: (real: VirtualServer['realServers'][number]) => Broken,
): Broken | undefined {
  const [real] = server.realServers;
  return real === undefined ? undefined : make(real);
}

describe('one thing broken gives one finding, which names it', () => {
  it.each(Object.entries(breakages))('%s', (_, breakage) => {
    let seen = 0;
    fc.assert(
      fc.property(anyCluster, fc.nat(), (input, pick) => {
        const expected = expectedState(input);
        const node = healthy(expected);
        const at = pick % node.table.virtualServers.length;
        const server = node.table.virtualServers[at];
        const broken = server === undefined ? undefined : breakage(node, server, at);
        fc.pre(broken !== undefined);
        seen++;
        const { findings } = compare(expected, broken.node);
        expect(findings.map((finding) => finding.kind)).toEqual([broken.kind]);
        for (const name of ['worker1', ...broken.names]) expect(findings[0]?.message).toContain(name);
      }),
      { numRuns: 40 },
    );
    expect(seen).toBeGreaterThanOrEqual(40);
  });
});

describe('what is not a finding', () => {
  const expected = expectedState({
    node: 'worker1',
    services: [service({ externalIPs: ['10.77.0.101'] })],
    endpoints: [endpoint('10.244.1.5')],
    host: host(),
    settings: { scheduler: 'rr', nodePortAddresses: [] },
    rules: proxyRules({ major: 1, minor: 20, patch: 2 }),
  });
  const node = healthy(expected);
  const [first] = node.table.virtualServers;
  if (first === undefined) throw new Error('no virtual server');
  const real = { forwarding: 'Masq' as const, weight: 1, active: 0, inactive: 0 };

  it('a virtual server of somebody else is listed as foreign', () => {
    const other = {
      ...first,
      address: '10.77.0.200',
      realServers: [{ ...real, address: '10.77.0.201', port: 80 }],
    };
    const found = compare(
      expected,
      withServers(node, (servers) => [...servers, other]),
    );
    expect(found).toEqual({ findings: [], foreign: [{ server: other, ownership: 'foreign' }], draining: [] });
  });

  it('one in excludeCIDRs too, whatever it balances', () => {
    const vip = { ...first, address: '10.77.0.8', port: 6443 };
    const excluded = { ...networks, excludeCIDRs: ['10.77.0.8/32'] };
    const found = compareStates(
      'worker1',
      expected,
      withServers(node, (servers) => [...servers, vip]),
      excluded,
    );
    expect(found).toEqual({ findings: [], foreign: [{ server: vip, ownership: 'excluded' }], draining: [] });
  });

  it('a real server with weight 0 that is no endpoint any more is being drained', () => {
    const old = { ...real, address: '10.244.1.4', port: 80, weight: 0, active: 1, inactive: 2 };
    const draining = changeServer(node, 0, (server) => ({
      ...server,
      realServers: [...server.realServers, old],
    }));
    expect(compare(expected, draining)).toEqual({
      findings: [],
      foreign: [],
      draining: [{ virtualServer: 'TCP 10.77.0.101:80', realServer: '10.244.1.4:80', connections: 3 }],
    });
  });

  it('a persistence that cannot be told, where there must be one', () => {
    const sticky = {
      ...expected,
      virtualServers: expected.virtualServers.map((one) => ({ ...one, persistenceSeconds: 60 })),
    };
    const unknown = withServers(node, (servers) =>
      servers.map((one) => ({ ...one, persistenceSeconds: 'unknown' })),
    );
    expect(compare(sticky, unknown).findings).toEqual([]);
    expect(compare(expected, unknown).findings.map(({ kind }) => kind)).toEqual([
      'persistence.wrong',
      'persistence.wrong',
    ]);
  });

  it('a real server shown as Local by old kernels', () => {
    const local = changeServer(node, 0, (server) => ({
      ...server,
      realServers: server.realServers.map((one) => ({ ...one, forwarding: 'Local' })),
    }));
    expect(compare(expected, local).findings).toEqual([]);
  });
});

it('tells who claims the same address and port, and compares no more of it', () => {
  const claims = [
    service({ externalIPs: ['10.77.0.101'] }),
    service({ namespace: 'user-b-ns', clusterIPs: ['10.96.0.7'], externalIPs: ['10.77.0.101'] }),
  ];
  const expected = expectedState({
    node: 'worker1',
    services: claims,
    endpoints: [endpoint('10.244.1.5')],
    host: host(),
    settings: { scheduler: 'rr', nodePortAddresses: [] },
    rules: proxyRules({ major: 1, minor: 20, patch: 2 }),
  });
  const node = changeServer(healthy(expected), 0, (server) => ({ ...server, realServers: [] }));
  const { findings } = compare(expected, node);
  expect(findings.map(({ kind }) => kind)).toEqual(['virtual-server.contested']);
  expect(findings[0]?.message).toBe(
    'TCP 10.77.0.101:80 on worker1 is claimed by user-a-ns/nginx and user-b-ns/nginx: which of them answers is a matter of chance',
  );
});

it('asks for one port of an address where kube-proxy takes only one', () => {
  const endpoints = [endpoint('10.244.1.5'), endpoint('10.244.1.5', { port: 81 }), endpoint('10.244.1.6')];
  const findings = (minor: number, without: readonly string[]) => {
    const rules = proxyRules({ major: 1, minor, patch: 0 });
    const settings = { scheduler: 'rr', nodePortAddresses: [] };
    const input = { node: 'worker1', services: [service()], endpoints, host: host(), settings, rules };
    const expected = expectedState(input);
    const node = changeServer(healthy(expected), 0, (server) => ({
      ...server,
      realServers: server.realServers.filter((real) => !without.includes(realServerKey(real))),
    }));
    return compare(expected, node).findings.map(({ realServer }) => realServer);
  };
  expect(findings(21, ['10.244.1.5:81'])).toEqual([]);
  expect(findings(21, ['10.244.1.5:80', '10.244.1.6:80'])).toEqual(['10.244.1.6:80']);
  expect(findings(21, ['10.244.1.5:80', '10.244.1.5:81'])).toHaveLength(2);
  expect(findings(22, ['10.244.1.5:81'])).toEqual(['10.244.1.5:81']);
});
