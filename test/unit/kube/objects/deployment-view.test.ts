import { describe, expect, it } from 'vitest';
import { viewDeployment } from '../../../../src/kube/objects/deployment-view.ts';

function view(replicas: number | undefined, status: Record<string, number>, generation = 1) {
  const spec = replicas === undefined ? {} : { replicas };
  return viewDeployment({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'nginx', generation },
    spec,
    status,
  });
}

describe('viewDeployment', () => {
  it.each([
    ['all run', 2, { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, 2, true],
    [
      'some run',
      2,
      { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
      1,
      false,
    ],
    [
      'old ones run',
      2,
      { observedGeneration: 1, replicas: 3, updatedReplicas: 2, availableReplicas: 3 },
      2,
      false,
    ],
    ['none are wanted', 0, { observedGeneration: 1 }, 0, true],
    ['the change is not seen', 2, { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, 0, false],
  ])('%s', (_, replicas, status, available, isComplete) => {
    expect(view(replicas, status)).toEqual({ wanted: replicas, available, isComplete });
  });

  it('wants one pod by default', () => {
    expect(view(undefined, {}).wanted).toBe(1);
  });
});
