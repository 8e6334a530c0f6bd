import { describe, expect, it } from 'vitest';
import { viewEndpoints } from '../../../../src/kube/objects/endpoint-view.ts';
import type { KubernetesObject } from '../../../../src/kube/objects/object.ts';

const slice = (endpoints: unknown[], parts: Partial<KubernetesObject> = {}): KubernetesObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: 'nginx-x2x4z',
    namespace: 'user-a-ns',
    labels: { 'kubernetes.io/service-name': 'nginx' },
  },
  ports: [{ name: '', protocol: 'TCP', port: 80 }],
  endpoints,
  ...parts,
});

const common = { namespace: 'user-a-ns', service: 'nginx', portName: '', protocol: 'TCP', port: 80 };

describe('viewEndpoints', () => {
  it('reads EndpointSlices of v1', () => {
    const endpoint = { addresses: ['10.244.1.5'], conditions: { ready: true }, nodeName: 'worker1' };
    const targetRef = { kind: 'Pod', name: 'nginx-5d4f', namespace: 'user-a-ns' };
    expect(viewEndpoints([slice([{ ...endpoint, targetRef }])])).toEqual([
      {
        ...common,
        address: '10.244.1.5',
        node: 'worker1',
        pod: 'nginx-5d4f',
        isReady: true,
        isServing: true,
        isTerminating: false,
        zoneHints: [],
        nodeHints: [],
      },
    ]);
  });

  it('finds the node of v1beta1 in the topology, and takes an absent "ready" for ready', () => {
    const endpoint = { addresses: ['10.244.1.5'], topology: { 'kubernetes.io/hostname': 'worker1' } };
    expect(viewEndpoints([slice([endpoint])])).toMatchObject([{ node: 'worker1', isReady: true }]);
  });

  it('tells a terminating endpoint that still answers', () => {
    const conditions = { ready: false, serving: true, terminating: true };
    expect(viewEndpoints([slice([{ addresses: ['10.244.1.5'], conditions }])])).toMatchObject([
      { isReady: false, isServing: true, isTerminating: true },
    ]);
  });

  it('takes an endpoint that terminates for one that serves, where the API does not tell', () => {
    const conditions = { ready: false, terminating: true };
    expect(viewEndpoints([slice([{ addresses: ['10.244.1.5'], conditions }])])).toMatchObject([
      { isReady: false, isServing: true, isTerminating: true },
    ]);
    const silent = { addresses: ['10.244.1.5'], conditions: { ready: false, serving: false } };
    expect(viewEndpoints([slice([silent])])).toMatchObject([{ isServing: false, isTerminating: false }]);
  });

  it('takes the first address of several, and none of none', () => {
    const endpoints = [{ addresses: ['10.244.1.5', '10.244.1.6'] }, { addresses: [] }];
    expect(viewEndpoints([slice(endpoints)]).map(({ address }) => address)).toEqual(['10.244.1.5']);
  });

  it('leaves out names of hosts, and ports without a number', () => {
    const endpoints = [{ addresses: ['10.244.1.5'] }];
    expect(viewEndpoints([slice([{ addresses: ['a.example'] }], { addressType: 'FQDN' })])).toEqual([]);
    for (const ports of [[], null, [{ name: '', port: 0 }], [{ name: '' }]]) {
      expect(viewEndpoints([slice(endpoints, { ports })])).toEqual([]);
    }
  });

  it('writes addresses as everybody does', () => {
    const endpoints = [{ addresses: ['010.244.001.005'] }, { addresses: ['FD00:244::0:5'] }];
    expect(viewEndpoints([slice(endpoints)]).map(({ address }) => address)).toEqual([
      '10.244.1.5',
      'fd00:244::5',
    ]);
  });

  it('reads for whose traffic an endpoint is meant', () => {
    const hints = { forZones: [{ name: 'west' }], forNodes: [{ name: 'worker1' }] };
    expect(viewEndpoints([slice([{ addresses: ['10.244.1.5'], hints }])])).toMatchObject([
      { zoneHints: ['west'], nodeHints: ['worker1'] },
    ]);
  });

  it('reads Endpoints objects the same way', () => {
    const endpoints = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'nginx', namespace: 'user-a-ns' },
      subsets: [
        {
          addresses: [{ ip: '10.244.1.5', nodeName: 'worker1', targetRef: { kind: 'Pod', name: 'a' } }],
          notReadyAddresses: [{ ip: '10.244.0.9' }],
          ports: [{ port: 80, protocol: 'TCP' }],
        },
      ],
    };
    const state = { isServing: true, isTerminating: false, zoneHints: [], nodeHints: [] };
    expect(viewEndpoints([endpoints])).toEqual([
      { ...common, ...state, address: '10.244.1.5', node: 'worker1', pod: 'a', isReady: true },
      { ...common, ...state, address: '10.244.0.9', node: null, pod: null, isReady: false, isServing: false },
    ]);
  });

  it('takes slices alone when there are both', () => {
    const old = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'old' }, subsets: [] };
    expect(viewEndpoints([old, slice([])])).toEqual([]);
  });
});
