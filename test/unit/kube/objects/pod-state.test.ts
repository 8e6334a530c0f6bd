import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../../src/kube/objects/object.ts';
import { podState } from '../../../../src/kube/objects/pod-state.ts';

const now = Date.parse('2026-11-27T12:00:00Z');
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString().replace('.000', '');

function pod(status: object, { metadata = {}, spec = {} }: { metadata?: object; spec?: object } = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'coredns-a',
      namespace: 'kube-system',
      creationTimestamp: ago(600),
      labels: { 'k8s-app': 'kube-dns' },
      ...metadata,
    },
    spec: { nodeName: 'worker1', ...spec },
    status: { phase: 'Running', ...status },
  } satisfies KubernetesObject;
}

function stateOf(object: KubernetesObject, lastWords: Readonly<Record<string, string>> = {}) {
  const { state, reason } = podState(object, { now, lastWords });
  return reason === null ? state : `${state}: ${reason}`;
}

const notReady = { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(600) }] };
const mirror = { annotations: { 'kubernetes.io/config.mirror': '5ca1ab1e' } };
const container = (state: object, more: object = {}) => ({
  ...notReady,
  containerStatuses: [{ name: 'coredns', ready: false, state, ...more }],
});

it('tells the pod, its node and what it belongs to', () => {
  const ready = pod({ conditions: [{ type: 'Ready', status: 'True' }] });
  expect(podState(ready, { now, lastWords: {} })).toEqual({
    name: 'coredns-a',
    namespace: 'kube-system',
    node: 'worker1',
    labels: { 'k8s-app': 'kube-dns' },
    state: 'well',
    reason: null,
  });
  const bare = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'etcd' }, status: notReady };
  expect(podState(bare, { now, lastWords: {} })).toMatchObject({
    name: 'etcd',
    node: null,
    labels: {},
  });
});

describe('a pod that is well', () => {
  it.each([
    ['has come to its end', pod({ phase: 'Succeeded' })],
    ['is about to go', pod(notReady, { metadata: { deletionTimestamp: ago(-20) } })],
    ['may be late to go', pod(notReady, { metadata: { deletionTimestamp: ago(59) } })],
    [
      'was a try of a Job',
      pod({ phase: 'Failed' }, { metadata: { ownerReferences: [{ kind: 'Job', name: 'backup' }] } }),
    ],
    [
      'was driven out, and its ReplicaSet has made another one',
      pod(
        { phase: 'Failed', reason: 'Evicted' },
        { metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: 'coredns-5d78c' }] } },
      ),
    ],
    [
      'is static, and its kubelet tells only once a minute that it is ready',
      pod(container({ running: { startedAt: ago(59) } }, { restartCount: 0 }), { metadata: mirror }),
    ],
  ])('%s', (_case, object) => {
    expect(stateOf(object)).toBe('well');
  });
});

describe('a pod that starts', () => {
  it.each([
    [
      'has no node yet',
      pod({ phase: 'Pending' }, { metadata: { creationTimestamp: ago(3) }, spec: { nodeName: undefined } }),
      'Pending, for 3 s now',
    ],
    [
      'has containers that are made',
      pod(
        {
          phase: 'Pending',
          containerStatuses: [
            { name: 'coredns', ready: false, state: { waiting: { reason: 'ContainerCreating' } } },
          ],
        },
        { metadata: { creationTimestamp: ago(60) } },
      ),
      'ContainerCreating, for 60 s now',
    ],
    [
      'was restarted just now',
      pod(
        container(
          { running: { startedAt: ago(8) } },
          { restartCount: 2, lastState: { terminated: { exitCode: 1 } } },
        ),
      ),
      'not ready (coredns), for 8 s now',
    ],
    [
      'was ready until just now',
      pod({ conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(12) }] }),
      'not ready, for 12 s now',
    ],
    [
      'is static and was restarted just now',
      pod(container({ running: { startedAt: ago(8) } }, { restartCount: 1 }), { metadata: mirror }),
      'not ready (coredns), for 8 s now',
    ],
    [
      'has ended well and is started again',
      pod(container({ terminated: { reason: 'Completed', exitCode: 0 } }), {
        metadata: { creationTimestamp: ago(5) },
      }),
      'not ready (coredns), for 5 s now',
    ],
  ])('%s', (_case, object, reason) => {
    expect(stateOf(object)).toBe(`starting: ${reason}`);
  });
});

describe('a pod that does not run', () => {
  it.each([
    [
      'is not ready for long',
      pod(container({ running: { startedAt: ago(61) } })),
      'not ready (coredns), for 61 s now',
    ],
    [
      'is static and not ready for long',
      pod(container({ running: { startedAt: ago(61) } }, { restartCount: 0 }), { metadata: mirror }),
      'not ready (coredns), for 61 s now',
    ],
    [
      'hangs before it starts',
      pod(container({ waiting: { reason: 'ContainerCreating' } })),
      'ContainerCreating, for 600 s now',
    ],
    [
      'finds no node',
      pod({
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/2 nodes are available',
          },
        ],
      }),
      'Unschedulable: 0/2 nodes are available, for 600 s now',
    ],
    [
      'has no image',
      pod(
        container({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "coredns"' } }),
      ),
      'ImagePullBackOff: Back-off pulling image "coredns"',
    ],
    [
      'is stopped by a container that comes first',
      pod({
        ...notReady,
        initContainerStatuses: [{ name: 'init', state: { waiting: { reason: 'ErrImageNeverPull' } } }],
      }),
      'ErrImageNeverPull',
    ],
    [
      'crashes and tells why in its message',
      pod(
        container(
          { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
          {
            lastState: {
              terminated: { reason: 'Error', exitCode: 2, message: 'starting\nno such file: Corefile\n' },
            },
          },
        ),
      ),
      'CrashLoopBackOff: Error (exit code 2): no such file: Corefile',
    ],
    [
      'has crashed a moment ago',
      pod(container({ terminated: { reason: 'OOMKilled', exitCode: 137 } })),
      'OOMKilled (exit code 137)',
    ],
    [
      'was driven out, and is the only one for its node',
      pod(
        { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
        { metadata: { ownerReferences: [{ kind: 'DaemonSet', name: 'kube-proxy' }] } },
      ),
      'Evicted: The node was low on resource: memory.',
    ],
    [
      'has failed',
      pod({
        phase: 'Failed',
        containerStatuses: [{ name: 'coredns', state: { terminated: { exitCode: 3 } } }],
      }),
      'Failed: ended (exit code 3)',
    ],
    [
      'does not end',
      pod({ conditions: [{ type: 'Ready', status: 'True' }] }, { metadata: { deletionTimestamp: ago(90) } }),
      'it was deleted and does not end, 90 s after its time',
    ],
  ])('%s', (_case, object, reason) => {
    expect(stateOf(object)).toBe(`failing: ${reason}`);
  });

  it('is told with the last words of its log', () => {
    const crashed = container(
      { waiting: { reason: 'CrashLoopBackOff' } },
      { lastState: { terminated: { reason: 'Error', exitCode: 1 } } },
    );
    expect(stateOf(pod(crashed), { 'coredns-a/coredns': 'no valid upstream', 'other/coredns': 'well' })).toBe(
      'failing: CrashLoopBackOff: Error (exit code 1): no valid upstream',
    );
    expect(stateOf(pod(container({ terminated: { exitCode: 1 } })), { 'coredns-a/coredns': 'panic' })).toBe(
      'failing: ended (exit code 1): panic',
    );
  });
});
