// What has nothing to do with what failed explains nothing, however certain it is.
import { describe, expect, it } from 'vitest';
import { concerns } from '../../../src/diagnosis/concern.ts';
import type { Witness } from '../../../src/diagnosis/judge.ts';

function witness(rest: Partial<Witness>): Witness {
  return { host: 'm1', source: 'pod', of: 'pod kube-system/x', lines: ['x'], ...rest };
}

describe('of a host that is being made a node', () => {
  const request = { api: 'm1', hosts: ['w2'], suspects: [] };

  it.each([
    ['a node', { source: 'node', of: 'node w1', node: 'w1' }],
    ['a pod of another node', { of: 'pod kube-system/metrics-server-1', node: 'w1' }],
    ['a pod of the API’s host', { of: 'pod kube-system/metrics-server-1', node: 'm1' }],
    ['its log', { source: 'pod-log', of: 'a of pod kube-system/metrics-server-1', node: 'm1' }],
    ['a pod of no node', { of: 'pod kube-system/coredns-1' }],
    ['a warning about no node', { source: 'event', of: 'replicaset kube-system/coredns' }],
  ] as const)('%s does not concern it', (_what, rest) => {
    expect(concerns(witness(rest), request)).toBe(false);
  });

  it.each([
    ['its own node', { source: 'node', of: 'node w2', node: 'w2' }],
    ['a pod there', { of: 'pod kube-system/kube-proxy-1', node: 'w2' }],
    ['a static pod of the API’s host', { of: 'pod kube-system/etcd-m1', node: 'm1' }],
    ['the log of one', { source: 'pod-log', of: 'etcd of pod kube-system/etcd-m1', node: 'm1' }],
    ['its kubelet', { host: 'w2', source: 'kubelet', of: 'kubelet' }],
    ['the silent API', { source: 'api', of: 'the API server' }],
  ] as const)('%s does', (_what, rest) => {
    expect(concerns(witness(rest), request)).toBe(true);
  });
});

it('of nodes that are waited for, other nodes do not concern it, and pods do', () => {
  const request = { api: 'm1', hosts: [], suspects: ['w1'] };
  expect(concerns(witness({ source: 'node', of: 'node w2', node: 'w2' }), request)).toBe(false);
  expect(concerns(witness({ source: 'node', of: 'node w1', node: 'w1' }), request)).toBe(true);
  expect(concerns(witness({ node: 'w2' }), request)).toBe(true);
});

it('of pods that are waited for, every node does', () => {
  const request = { api: 'm1', hosts: [], suspects: 'all' as const };
  expect(concerns(witness({ source: 'node', of: 'node w2', node: 'w2' }), request)).toBe(true);
});
