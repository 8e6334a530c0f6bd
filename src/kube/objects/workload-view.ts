// How far a DaemonSet or a Deployment has come.
import { viewDeployment } from './deployment-view.ts';
import { numberAt, type KubernetesObject } from './object.ts';

export interface WorkloadProgress {
  readonly wanted: number;
  readonly ready: number;
  readonly isComplete: boolean;
}

/** Undefined for any other kind. */
export function viewWorkload(object: KubernetesObject): WorkloadProgress | undefined {
  if (object.kind === 'DaemonSet') return viewDaemonSet(object);
  if (object.kind !== 'Deployment') return undefined;
  const { available, ...progress } = viewDeployment(object);
  return { ...progress, ready: available };
}

function viewDaemonSet(daemonSet: KubernetesObject): WorkloadProgress {
  const status = (key: string) => numberAt(daemonSet, 'status', key) ?? 0;
  // Until the controller has seen the newest template, the counts are of an older one.
  const isSeen = status('observedGeneration') >= (numberAt(daemonSet, 'metadata', 'generation') ?? 1);
  const wanted = status('desiredNumberScheduled');
  const ready = isSeen ? Math.min(status('numberReady'), status('updatedNumberScheduled')) : 0;
  return { wanted, ready, isComplete: isSeen && ready >= wanted };
}
