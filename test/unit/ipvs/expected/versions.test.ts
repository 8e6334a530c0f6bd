// What single versions of kube-proxy do otherwise than the ones around them. Each was read in that version's own source.
import { describe, expect, it } from 'vitest';
import type {
  AddressKind,
  ExpectedInput,
  ExpectedServer,
} from '../../../../src/ipvs/expected/expected-state.ts';
import { expectedState } from '../../../../src/ipvs/expected/expected.ts';
import { proxyRules } from '../../../../src/ipvs/expected/proxy-rules.ts';
import { realServerKey } from '../../../../src/ipvs/table/model.ts';
import type { Service } from '../../../../src/kube/objects/service-view.ts';
import { endpoint, host, port, service } from '../../../support/services.ts';

const version = (minor: number, patch = 0) => proxyRules({ major: 1, minor, patch });

function expected(minor: number, parts: Partial<ExpectedInput> = {}): readonly ExpectedServer[] {
  return expectedState({
    node: 'worker1',
    services: [service()],
    endpoints: [endpoint('10.244.0.5')],
    host: host(),
    settings: { scheduler: 'rr', nodePortAddresses: [] },
    rules: version(minor),
    ...parts,
  }).virtualServers;
}

const addressesOf = (servers: readonly ExpectedServer[], wanted: AddressKind): readonly string[] =>
  servers.filter(({ kind }) => kind === wanted).map(({ address }) => address);

const realServersOf = (servers: readonly ExpectedServer[], wanted: AddressKind): readonly string[] =>
  servers.filter(({ kind }) => kind === wanted).flatMap(({ realServers }) => realServers.map(realServerKey));

describe('session affinity', () => {
  it('is kept on the cluster IP alone in 1.8, and on every address from 1.9', () => {
    const services = [
      service({ affinitySeconds: 60, externalIPs: ['10.77.0.101'], ports: [port({ nodePort: 30080 })] }),
    ];
    const seconds = (minor: number) =>
      expected(minor, { services }).map(({ kind, persistenceSeconds }) => [kind, persistenceSeconds]);
    expect(seconds(8)).toEqual([
      ['node-port', null],
      ['external-ip', null],
      ['cluster-ip', 60],
    ]);
    expect(seconds(9).map(([, kept]) => kept)).toEqual([60, 60, 60]);
  });
});

describe('node ports', () => {
  const services = [service({ ports: [port({ nodePort: 30080 })] })];

  it.each([
    [10, 0, false],
    [11, 10, false],
    [12, 0, true],
    [22, 0, true],
    [23, 0, false],
    [27, 1, false],
    [27, 2, true],
  ])('in 1.%i.%i listen on an address that is on kube-ipvs0 too: %s', (minor, patch, isListening) => {
    const servers = expected(minor, { services, host: host(['10.77.0.12']), rules: version(minor, patch) });
    expect(addressesOf(servers, 'node-port').includes('10.77.0.12')).toBe(isListening);
  });

  it('listen on IPv6 addresses from 1.14', () => {
    const both = host();
    const entry = { interface: 'eth0', address: 'fd77::12', prefixLength: 64 };
    const route = { interface: 'eth0', destination: 'fd77::12', source: null };
    const of = {
      services: [service({ clusterIPs: ['fd00:96::a'], ports: [port({ nodePort: 30080 })] })],
      host: { ...both, addresses: [...both.addresses, entry], localRoutes: [...both.localRoutes, route] },
    };
    expect(addressesOf(expected(13, of), 'node-port')).toEqual([]);
    expect(addressesOf(expected(14, of), 'node-port')).toEqual(['fd77::12']);
    expect(addressesOf(expected(28, of), 'node-port')).toEqual(['fd77::12']);
  });

  it.each([
    [['primary'], ['10.77.0.12']],
    [['localhost'], []],
    [
      ['primary', '10.244.1.0/24'],
      ['10.77.0.12', '10.244.1.1'],
    ],
    [['all'], ['10.77.0.12', '10.244.1.1']],
  ])('listen where kube-proxy is told by %j', (nodePortAddresses, listening) => {
    const nodes = [{ name: 'worker1', zone: null, addresses: ['fd77::12', '10.77.0.12', '10.244.1.1'] }];
    const settings = { scheduler: 'rr', nodePortAddresses };
    expect(addressesOf(expected(37, { services, nodes, settings }), 'node-port')).toEqual(listening);
  });
});

describe('endpoints', () => {
  it('serve a Service port of the same name whatever the protocols to 1.16', () => {
    const of = {
      services: [service({ ports: [port({ name: 'dns', port: 53, protocol: 'UDP' })] })],
      endpoints: [endpoint('192.0.2.53', { portName: 'dns', port: 53 })],
    };
    expect(realServersOf(expected(16, of), 'cluster-ip')).toEqual(['192.0.2.53:53']);
    expect(realServersOf(expected(17, of), 'cluster-ip')).toEqual([]);
  });

  it('with one address and two ports: one of them will do from 1.19 to 1.21', () => {
    const endpoints = [endpoint('10.244.0.5', { port: 80 }), endpoint('10.244.0.5', { port: 81 })];
    const chance = (minor: number) => expected(minor, { endpoints })[0]?.takesOnePortPerAddress ?? false;
    expect([18, 19, 21, 22].map(chance)).toEqual([false, true, true, false]);
    expect(realServersOf(expected(20, { endpoints }), 'cluster-ip')).toHaveLength(2);
  });
});

describe('a Local policy on a node without endpoints', () => {
  const far = [endpoint('10.244.0.5', { node: 'master1' }), endpoint('fd00:244::5', { node: 'master1' })];
  const real = (minor: number, parts: Partial<Service>) =>
    realServersOf(expected(minor, { services: [service(parts)], endpoints: far }), 'cluster-ip');

  it('is lifted from 1.24 on in the families in which the Service can be reached from outside', () => {
    const parts = {
      clusterIPs: ['10.105.12.124', 'fd00:96::a'],
      externalIPs: ['fd77::101'],
      isInternalTrafficLocal: true,
    };
    expect(real(37, parts)).toEqual(['[fd00:244::5]:80']);
    expect(real(37, { ...parts, externalIPs: ['10.77.0.101'] })).toEqual(['10.244.0.5:80']);
    expect(real(23, { ...parts, externalIPs: ['10.77.0.101'] })).toEqual([]);
  });

  it('takes pods that terminate on the node before ready ones elsewhere, from 1.26', () => {
    const here = endpoint('10.244.1.6', { isReady: false, isTerminating: true });
    const of = {
      services: [service({ externalIPs: ['10.77.0.101'], isExternalTrafficLocal: true })],
      endpoints: [endpoint('10.244.0.5', { node: 'master1' }), here],
    };
    expect(realServersOf(expected(25, of), 'external-ip')).toEqual(['10.244.0.5:80']);
    expect(realServersOf(expected(26, of), 'external-ip')).toEqual(['10.244.1.6:80']);
    expect(realServersOf(expected(26, of), 'cluster-ip')).toEqual(['10.244.0.5:80']);
  });
});

it('an address that a Service has twice is served as kube-proxy writes it last: for the load balancer', () => {
  const twice = service({
    externalIPs: ['10.77.0.101'],
    loadBalancerIPs: ['10.77.0.101'],
    isExternalTrafficLocal: true,
  });
  const endpoints = [endpoint('10.244.0.5', { node: 'master1' }), endpoint('10.244.1.6')];
  const servers = expected(18, { services: [twice], endpoints });
  expect(addressesOf(servers, 'external-ip')).toEqual([]);
  expect(realServersOf(servers, 'load-balancer')).toEqual(['10.244.1.6:80']);
  expect(servers.map(({ owners }) => owners.length)).toEqual([1, 1]);
});
