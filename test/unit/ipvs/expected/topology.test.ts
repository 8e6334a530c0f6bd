import { describe, expect, it } from 'vitest';
import { expectedState } from '../../../../src/ipvs/expected/expected.ts';
import { proxyRules } from '../../../../src/ipvs/expected/proxy-rules.ts';
import type { Endpoint } from '../../../../src/kube/objects/endpoint-view.ts';
import type { Service } from '../../../../src/kube/objects/service-view.ts';
import { endpoint, host, service } from '../../../support/services.ts';

interface Tried {
  readonly minor: number;
  readonly endpoints?: readonly Endpoint[];
  readonly annotations?: Partial<Service>;
  readonly zone?: string | null;
}

const hinted = [
  endpoint('10.244.0.5', { zoneHints: ['east'], nodeHints: ['master1'] }),
  endpoint('10.244.1.6', { zoneHints: ['west'], nodeHints: ['worker1'] }),
  endpoint('10.244.2.7', { zoneHints: ['west'], nodeHints: ['worker2'] }),
];
const all = ['10.244.0.5', '10.244.1.6', '10.244.2.7'];
const west = ['10.244.1.6', '10.244.2.7'];

/** The real servers of the cluster IP on worker1. */
function realServers({ minor, endpoints = hinted, annotations, zone = 'west' }: Tried): readonly string[] {
  const { virtualServers } = expectedState({
    node: 'worker1',
    nodes: [{ name: 'worker1', zone, addresses: [] }],
    services: [service(annotations)],
    endpoints,
    host: host(),
    settings: { scheduler: 'rr', nodePortAddresses: [] },
    rules: proxyRules({ major: 1, minor, patch: 0 }),
  });
  return virtualServers.flatMap((server) => server.realServers.map(({ address }) => address));
}

describe('hints of EndpointSlices', () => {
  it('count without being asked for from 1.31 on: trafficDistribution makes them', () => {
    expect(realServers({ minor: 30 })).toEqual(all);
    expect(realServers({ minor: 31 })).toEqual(west);
  });

  it('name nodes too from 1.34 on', () => {
    expect(realServers({ minor: 33 })).toEqual(west);
    expect(realServers({ minor: 34 })).toEqual(['10.244.1.6']);
  });

  it('fall back from the node to its zone', () => {
    const elsewhere = hinted.map((one) => ({ ...one, nodeHints: ['worker2'] }));
    expect(realServers({ minor: 34, endpoints: elsewhere })).toEqual(west);
  });

  it.each([
    [23, { topologyAwareHints: 'Auto' }, all],
    [24, { topologyAwareHints: 'Auto' }, west],
    [26, { topologyAwareHints: 'PreferZone' }, all],
    [26, { topologyMode: 'Auto' }, all],
    [27, { topologyMode: 'Auto' }, west],
    [27, { topologyMode: 'PreferZone' }, west],
    [30, { topologyAwareHints: 'Disabled', topologyMode: 'Auto' }, all],
  ])('in 1.%s with %o: %s', (minor, annotations, expected) => {
    expect(realServers({ minor, annotations })).toEqual(expected);
  });

  it('do not count where one ready endpoint has none, or none names the zone', () => {
    const [first, ...others] = hinted;
    const without = endpoint('10.244.0.5');
    expect(first?.address).toBe(without.address);
    expect(realServers({ minor: 31, endpoints: [without, ...others] })).toEqual(all);
    expect(realServers({ minor: 31, zone: 'north' })).toEqual(all);
    expect(realServers({ minor: 31, zone: null })).toEqual(all);
  });

  it('do not count for endpoints that are a last resort', () => {
    const ending = hinted.map((one) => ({ ...one, isReady: false, isTerminating: true }));
    expect(realServers({ minor: 37, endpoints: ending })).toEqual(all);
  });

  it('leave a Local policy alone', () => {
    const endpoints = hinted.map((one) => ({ ...one, nodeHints: [], zoneHints: ['east'] }));
    const annotations = { isInternalTrafficLocal: true };
    expect(realServers({ minor: 37, endpoints, annotations })).toEqual(all);
    const [east, ...here] = endpoints;
    expect(
      realServers({ minor: 37, endpoints: [{ ...east, node: 'master1' } as Endpoint, ...here], annotations }),
    ).toEqual(west);
  });
});
