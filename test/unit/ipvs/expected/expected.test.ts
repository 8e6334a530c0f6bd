// The expected table: what kube-proxy writes for which Service, by version.
import { describe, expect, it } from 'vitest';
import type { ExpectedInput, ExpectedState } from '../../../../src/ipvs/expected/expected-state.ts';
import { expectedState } from '../../../../src/ipvs/expected/expected.ts';
import { proxyRules } from '../../../../src/ipvs/expected/proxy-rules.ts';
import { realServerKey, virtualServerKey } from '../../../../src/ipvs/table/model.ts';
import { endpoint, host, port, service } from '../../../support/services.ts';

const version = (minor: number, patch = 0) => proxyRules({ major: 1, minor, patch });

function expected(parts: Partial<ExpectedInput>): ExpectedState {
  return expectedState({
    node: 'worker1',
    services: [service()],
    endpoints: [endpoint('10.244.241.156'), endpoint('10.244.241.158', { node: 'master1' })],
    host: host(),
    settings: { scheduler: 'rr', nodePortAddresses: [] },
    rules: version(20, 2),
    ...parts,
  });
}

/** One line a virtual server: key, scheduler, real servers. */
function lines(state: ExpectedState): readonly string[] {
  return state.virtualServers.map(
    (server) =>
      `${virtualServerKey(server)} ${server.scheduler} → ${server.realServers.map(realServerKey).join(' ')}`,
  );
}

const addresses = (state: ExpectedState): readonly string[] =>
  state.boundAddresses.map(({ address }) => address);

describe('the two Services of the walk-through', () => {
  const state = expected({ services: [service({ externalIPs: ['100.67.151.9'] })] });

  it('are balanced on their cluster IP and on their external IP', () => {
    expect(lines(state)).toEqual([
      'TCP 10.105.12.124:80 rr → 10.244.241.156:80 10.244.241.158:80',
      'TCP 100.67.151.9:80 rr → 10.244.241.156:80 10.244.241.158:80',
    ]);
  });

  it('have both addresses on kube-ipvs0 from 1.11 on, and only the cluster IP before', () => {
    expect(addresses(state)).toEqual(['10.105.12.124', '100.67.151.9']);
    const old = expected({ services: [service({ externalIPs: ['100.67.151.9'] })], rules: version(10) });
    expect(lines(old)).toEqual(lines(state));
    expect(addresses(old)).toEqual(['10.105.12.124']);
  });
});

describe('Services that are not balanced', () => {
  it.each([
    ['headless', service({ clusterIPs: [] })],
    ['ExternalName', service({ type: 'ExternalName' })],
    ['without ports', service({ ports: [] })],
  ])('%s', (_, one) => {
    expect(expected({ services: [one] })).toEqual({ virtualServers: [], boundAddresses: [] });
  });
});

describe('Services that kube-proxy leaves to others', () => {
  it.each([
    ['labelled for another proxy', service({ isOfOtherProxy: true }), 14],
    ['labelled headless', service({ isMarkedHeadless: true }), 16],
  ])('%s', (_, one, since) => {
    expect(expected({ services: [one], rules: version(since) }).virtualServers).toEqual([]);
    expect(expected({ services: [one], rules: version(since - 1) }).virtualServers).toHaveLength(1);
  });
});

describe('protocols', () => {
  it('are kept apart on the same address and port', () => {
    const services = [
      service({
        externalIPs: ['10.77.0.101'],
        ports: [
          port({ name: 'tcp', port: 53 }),
          port({ name: 'udp', port: 53, protocol: 'UDP' }),
          port({ name: 'sctp', port: 53, protocol: 'SCTP' }),
        ],
      }),
    ];
    const endpoints = [
      endpoint('10.244.0.5', { portName: 'udp', port: 5353, protocol: 'UDP' }),
      endpoint('10.244.0.6', { portName: 'sctp', port: 5354, protocol: 'SCTP' }),
    ];
    expect(lines(expected({ services, endpoints }))).toEqual([
      'SCTP 10.77.0.101:53 rr → 10.244.0.6:5354',
      'TCP 10.77.0.101:53 rr → ',
      'UDP 10.77.0.101:53 rr → 10.244.0.5:5353',
      'SCTP 10.105.12.124:53 rr → 10.244.0.6:5354',
      'TCP 10.105.12.124:53 rr → ',
      'UDP 10.105.12.124:53 rr → 10.244.0.5:5353',
    ]);
  });
});

describe('real servers', () => {
  it('are none for a Service without endpoints, whose virtual server is there all the same', () => {
    expect(lines(expected({ endpoints: [] }))).toEqual(['TCP 10.105.12.124:80 rr → ']);
  });

  it('are those of the port of the same name and protocol, on the port of the pods', () => {
    const services = [
      service({
        ports: [
          port({ name: 'http', port: 80 }),
          port({ name: 'dns', port: 53, protocol: 'UDP' }),
          port({ name: 'dns', port: 53 }),
        ],
      }),
    ];
    const endpoints = [
      endpoint('10.244.0.5', { portName: 'http', port: 8080 }),
      endpoint('10.244.0.5', { portName: 'dns', port: 5353, protocol: 'UDP' }),
      endpoint('10.244.0.9', { service: 'other', portName: 'http' }),
      endpoint('10.244.0.9', { namespace: 'user-b-ns', portName: 'http' }),
    ];
    expect(lines(expected({ services, endpoints }))).toEqual([
      'TCP 10.105.12.124:53 rr → ',
      'UDP 10.105.12.124:53 rr → 10.244.0.5:5353',
      'TCP 10.105.12.124:80 rr → 10.244.0.5:8080',
    ]);
  });

  it('leave out endpoints that are not ready', () => {
    const endpoints = [
      endpoint('10.244.0.5', { isReady: false, isServing: false }),
      endpoint('10.244.0.6', { isReady: false, isTerminating: true }),
    ];
    expect(lines(expected({ endpoints }))).toEqual(['TCP 10.105.12.124:80 rr → ']);
  });

  it('are, from 1.26 and only when nothing is ready, those that serve while they terminate', () => {
    const terminating = endpoint('10.244.0.6', { isReady: false, isTerminating: true });
    const rules = version(26);
    expect(lines(expected({ endpoints: [terminating], rules }))).toEqual([
      'TCP 10.105.12.124:80 rr → 10.244.0.6:80',
    ]);
    expect(lines(expected({ endpoints: [terminating, endpoint('10.244.0.5')], rules }))).toEqual([
      'TCP 10.105.12.124:80 rr → 10.244.0.5:80',
    ]);
  });

  it('are on the port that each slice names, which may differ from pod to pod', () => {
    const endpoints = [endpoint('10.244.0.5', { port: 8080 }), endpoint('10.244.0.6', { port: 9090 })];
    expect(lines(expected({ endpoints }))).toEqual([
      'TCP 10.105.12.124:80 rr → 10.244.0.5:8080 10.244.0.6:9090',
    ]);
  });

  it('may be outside the cluster, where somebody wrote the endpoints by hand', () => {
    const endpoints = [endpoint('203.0.113.7', { node: null, port: 5432 })];
    expect(lines(expected({ endpoints }))).toEqual(['TCP 10.105.12.124:80 rr → 203.0.113.7:5432']);
  });

  it('count once when several slices name them', () => {
    const endpoints = [endpoint('10.244.0.5'), endpoint('10.244.0.5')];
    expect(lines(expected({ endpoints }))).toEqual(['TCP 10.105.12.124:80 rr → 10.244.0.5:80']);
  });
});

describe('traffic policies', () => {
  const local = service({ externalIPs: ['10.77.0.101'], isExternalTrafficLocal: true });
  const far = [endpoint('10.244.0.5', { node: 'master1' })];

  it('Local from outside: only endpoints of this node, and only for outside addresses', () => {
    expect(lines(expected({ services: [local] }))).toEqual([
      'TCP 10.77.0.101:80 rr → 10.244.241.156:80',
      'TCP 10.105.12.124:80 rr → 10.244.241.156:80 10.244.241.158:80',
    ]);
  });

  it('Local from outside: nothing that external IPs obey from 1.11 to 1.18', () => {
    const both = service({
      externalIPs: ['10.77.0.101'],
      loadBalancerIPs: ['10.77.0.103'],
      isExternalTrafficLocal: true,
    });
    expect(lines(expected({ services: [both], rules: version(18) }))).toEqual([
      'TCP 10.77.0.101:80 rr → 10.244.241.156:80 10.244.241.158:80',
      'TCP 10.77.0.103:80 rr → 10.244.241.156:80',
      'TCP 10.105.12.124:80 rr → 10.244.241.156:80 10.244.241.158:80',
    ]);
  });

  it('Local from outside: nothing that node ports obey in 1.11.0 to 1.11.3', () => {
    const services = [service({ isExternalTrafficLocal: true, ports: [port({ nodePort: 30080 })] })];
    const real = (patch: number) =>
      expected({ services, rules: version(11, patch) })
        .virtualServers.filter(({ kind }) => kind === 'node-port')
        .map(({ realServers }) => realServers.length);
    expect(new Set(real(3))).toEqual(new Set([2]));
    expect(new Set(real(4))).toEqual(new Set([1]));
  });

  it('Local from outside: for the cluster IP too to 1.9, and for external IPs to 1.10 and from 1.19', () => {
    const [everywhere, outside] = ['10.244.241.156:80', '10.244.241.156:80 10.244.241.158:80'];
    const run = (minor: number) => lines(expected({ services: [local], rules: version(minor) }));
    expect(run(9)).toEqual([
      `TCP 10.77.0.101:80 rr → ${everywhere}`,
      `TCP 10.105.12.124:80 rr → ${everywhere}`,
    ]);
    for (const minor of [10, 19]) {
      expect(run(minor)).toEqual([
        `TCP 10.77.0.101:80 rr → ${everywhere}`,
        `TCP 10.105.12.124:80 rr → ${outside}`,
      ]);
    }
  });

  it('Local from outside: in 1.11 to 1.13 load balancers obey only with ClientIP affinity', () => {
    const real = (minor: number, affinitySeconds: number | null) => {
      const balanced = service({
        loadBalancerIPs: ['10.77.0.103'],
        isExternalTrafficLocal: true,
        affinitySeconds,
      });
      return expected({ services: [balanced], rules: version(minor) }).virtualServers.find(
        ({ kind }) => kind === 'load-balancer',
      )?.realServers.length;
    };
    expect([real(10, null), real(11, null), real(13, null), real(14, null)]).toEqual([1, 2, 2, 1]);
    expect(real(12, 10_800)).toBe(1);
  });

  it('Local on a node without endpoints: none to 1.23, all from 1.24', () => {
    expect(lines(expected({ services: [local], endpoints: far }))[0]).toBe('TCP 10.77.0.101:80 rr → ');
    expect(lines(expected({ services: [local], endpoints: far, rules: version(24) }))[0]).toBe(
      'TCP 10.77.0.101:80 rr → 10.244.0.5:80',
    );
  });

  it('Local from inside: obeyed from 1.22, and never falling back where nobody outside can reach it', () => {
    const inside = service({ isInternalTrafficLocal: true });
    const run = (minor: number): unknown =>
      lines(expected({ services: [inside], endpoints: far, rules: version(minor) }));
    expect(run(21)).toEqual(['TCP 10.105.12.124:80 rr → 10.244.0.5:80']);
    expect(run(22)).toEqual(['TCP 10.105.12.124:80 rr → ']);
  });

  it('Local from inside: in 1.22 and 1.23 for all addresses of the Service, unless it is Local from outside', () => {
    const services = [service({ externalIPs: ['10.77.0.101'], isInternalTrafficLocal: true })];
    const run = (minor: number, of: typeof services) =>
      lines(expected({ services: of, rules: version(minor) }));
    const [here, all] = ['10.244.241.156:80', '10.244.241.156:80 10.244.241.158:80'];
    expect(run(23, services)).toEqual([
      `TCP 10.77.0.101:80 rr → ${here}`,
      `TCP 10.105.12.124:80 rr → ${here}`,
    ]);
    expect(run(24, services)).toEqual([
      `TCP 10.77.0.101:80 rr → ${all}`,
      `TCP 10.105.12.124:80 rr → ${here}`,
    ]);
    const both = services.map((one) => ({ ...one, isExternalTrafficLocal: true }));
    expect(run(23, both)).toEqual([`TCP 10.77.0.101:80 rr → ${here}`, `TCP 10.105.12.124:80 rr → ${all}`]);
  });
});

describe('node ports', () => {
  const services = [service({ type: 'NodePort', ports: [port({ nodePort: 30080 })] })];
  const listening = (parts: Partial<ExpectedInput>): readonly string[] =>
    expected({ services, endpoints: [], ...parts })
      .virtualServers.filter((server) => server.kind === 'node-port')
      .map((server) => server.address);

  it('listen on every local address that is not on kube-ipvs0; on loopback to 1.21', () => {
    const bound = host(['10.105.12.124']);
    expect(listening({ host: bound })).toEqual(['10.77.0.12', '10.244.1.1', '127.0.0.1']);
    expect(listening({ host: bound, rules: version(22) })).toEqual(['10.77.0.12', '10.244.1.1']);
    expect(listening({ host: bound, rules: version(28) })).toEqual(['10.77.0.12', '10.244.1.1']);
  });

  it('listen only on interfaces named eth… to 1.9', () => {
    expect(listening({ rules: version(9) })).toEqual(['10.77.0.12']);
  });

  it('do not see a secondary address to 1.22, because its route names the first one as source', () => {
    const plain = host();
    const second = { interface: 'eth0', address: '10.77.0.50', prefixLength: 24 };
    const two = {
      ...plain,
      addresses: [...plain.addresses, second],
      localRoutes: [
        ...plain.localRoutes,
        { interface: 'eth0', destination: '10.77.0.50', source: '10.77.0.12' },
      ],
    };
    expect(listening({ host: two })).not.toContain('10.77.0.50');
    expect(listening({ host: two, rules: version(23) })).toContain('10.77.0.50');
  });

  it('obey nodePortAddresses', () => {
    const settings = { scheduler: 'rr', nodePortAddresses: ['10.77.0.0/24'] };
    expect(listening({ settings })).toEqual(['10.77.0.12']);
    expect(listening({ settings: { scheduler: 'rr', nodePortAddresses: ['0.0.0.0/0'] } })).toHaveLength(3);
  });

  it('spare an external IP that is on an interface of the node as well: 1.23 to 1.27.1', () => {
    const both = host(['10.77.0.12']);
    expect(listening({ host: both, rules: version(23) })).toEqual(['10.244.1.1']);
    expect(listening({ host: both, rules: version(27, 2) })).toEqual(['10.77.0.12', '10.244.1.1']);
  });

  it('are not bound to kube-ipvs0', () => {
    expect(addresses(expected({ services }))).toEqual(['10.105.12.124']);
  });
});

describe('kube-ipvs0', () => {
  it('gets external IPs that are on another interface too, until 1.27.1', () => {
    const services = [service({ externalIPs: ['10.77.0.12'] })];
    expect(addresses(expected({ services, rules: version(27, 1) }))).toContain('10.77.0.12');
    expect(addresses(expected({ services, rules: version(27, 2) }))).toEqual(['10.105.12.124']);
  });

  it('gets load-balancer addresses', () => {
    const services = [service({ type: 'LoadBalancer', loadBalancerIPs: ['10.77.0.103'] })];
    expect(addresses(expected({ services }))).toEqual(['10.77.0.103', '10.105.12.124']);
  });
});

it('keeps clients together on every address of a Service with session affinity', () => {
  const services = [
    service({
      type: 'LoadBalancer',
      affinitySeconds: 60,
      externalIPs: ['10.77.0.101'],
      loadBalancerIPs: ['10.77.0.103'],
      ports: [port({ nodePort: 30080 })],
    }),
  ];
  const { virtualServers } = expected({ services, rules: version(28) });
  expect(new Set(virtualServers.map(({ kind }) => kind))).toEqual(
    new Set(['cluster-ip', 'external-ip', 'load-balancer', 'node-port']),
  );
  expect(virtualServers.every((one) => one.persistenceSeconds === 60)).toBe(true);
});

it('treats load-balancer addresses and node ports under a Local policy as external IPs', () => {
  const services = [
    service({
      type: 'LoadBalancer',
      isExternalTrafficLocal: true,
      loadBalancerIPs: ['10.77.0.103'],
      ports: [port({ nodePort: 30080 })],
    }),
  ];
  const outside = lines(expected({ services, rules: version(28) })).filter(
    (line) => !line.startsWith('TCP 10.105'),
  );
  expect(outside.length).toBeGreaterThan(1);
  for (const line of outside) expect(line).toMatch(/ → 10\.244\.241\.156:80$/);
});

it('uses the cluster-wide scheduler, rr when none is set, and session affinity', () => {
  const settings = { scheduler: '', nodePortAddresses: [] };
  expect(expected({ settings }).virtualServers[0]?.scheduler).toBe('rr');
  const [server] = expected({
    settings: { ...settings, scheduler: 'wlc' },
    services: [service({ affinitySeconds: 10_800 })],
  }).virtualServers;
  expect(server).toMatchObject({ scheduler: 'wlc', persistenceSeconds: 10_800 });
});

it('keeps families apart in a dual-stack Service', () => {
  const services = [
    service({
      clusterIPs: ['10.105.12.124', 'fd00:96::a'],
      externalIPs: ['10.77.0.101', 'fd77::101'],
    }),
  ];
  const endpoints = [endpoint('10.244.0.5'), endpoint('fd00:244::5')];
  expect(lines(expected({ services, endpoints }))).toEqual([
    'TCP 10.77.0.101:80 rr → 10.244.0.5:80',
    'TCP 10.105.12.124:80 rr → 10.244.0.5:80',
    'TCP [fd00:96::a]:80 rr → [fd00:244::5]:80',
    'TCP [fd77::101]:80 rr → [fd00:244::5]:80',
  ]);
});

it('leaves out addresses of a family in which the Service has no cluster IP', () => {
  const services = [service({ externalIPs: ['fd77::101'] })];
  expect(lines(expected({ services, endpoints: [] }))).toEqual(['TCP 10.105.12.124:80 rr → ']);
});

it('names all who claim an address and port', () => {
  const services = [
    service({ externalIPs: ['10.77.0.101'] }),
    service({ namespace: 'user-b-ns', clusterIPs: ['10.96.0.7'], externalIPs: ['10.77.0.101'] }),
  ];
  const [first] = expected({ services }).virtualServers;
  expect(first?.owners).toEqual([
    { namespace: 'user-a-ns', name: 'nginx' },
    { namespace: 'user-b-ns', name: 'nginx' },
  ]);
});
