// How far a Deployment has come.
import { numberAt, type KubernetesObject } from './object.ts';

export interface DeploymentProgress {
  readonly wanted: number;
  /** Pods of the newest template that are available. */
  readonly available: number;
  /** Whether nothing of an older template is left and the wanted number is available. */
  readonly isComplete: boolean;
}

export function viewDeployment(deployment: KubernetesObject): DeploymentProgress {
  const status = (key: string) => numberAt(deployment, 'status', key) ?? 0;
  const wanted = numberAt(deployment, 'spec', 'replicas') ?? 1;
  // Until the controller has seen the newest template, the counts are of an older one.
  const isSeen = status('observedGeneration') >= (numberAt(deployment, 'metadata', 'generation') ?? 0);
  const available = isSeen ? Math.min(status('updatedReplicas'), status('availableReplicas')) : 0;
  return { wanted, available, isComplete: isSeen && available >= wanted && status('replicas') <= wanted };
}
