import { describe, expect, it } from 'vitest';
import { viewKubeProxy } from '../../../../src/kube/objects/kube-proxy-view.ts';

const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kube-proxy', annotations: { 'ipvs-bootstrap.io/config-hash': 'beef' } },
  data: { 'config.conf': 'mode: ipvs\n' },
};

function daemonSet(generation: number, status: Record<string, number>) {
  const template = {
    metadata: { annotations: { 'ipvs-bootstrap.io/config-hash': 'dead' } },
    spec: { containers: [{ name: 'kube-proxy', command: ['kube-proxy', '--config=x'] }] },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'kube-proxy', generation },
    spec: { template },
    status,
  };
}

describe('viewKubeProxy', () => {
  it('is undefined as long as there is no DaemonSet', () => {
    expect(viewKubeProxy([configMap])).toBeUndefined();
  });

  it('reads configuration, hashes and command', () => {
    expect(viewKubeProxy([configMap, daemonSet(1, {})])).toMatchObject({
      config: { mode: 'ipvs' },
      configHash: 'beef',
      podsHash: 'dead',
      command: ['kube-proxy', '--config=x'],
    });
  });

  it('counts pods of the newest template that are ready', () => {
    const status = {
      observedGeneration: 2,
      desiredNumberScheduled: 3,
      updatedNumberScheduled: 2,
      numberReady: 3,
    };
    expect(viewKubeProxy([daemonSet(2, status)])).toMatchObject({ wantedPods: 3, currentPods: 2 });
    expect(viewKubeProxy([daemonSet(3, status)])).toMatchObject({ wantedPods: 3, currentPods: 0 });
  });
});
