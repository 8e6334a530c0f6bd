// How a pod is, and what keeps it from running.
import { isJsonObject, listAt, numberAt, textAt, valueAt, type KubernetesObject } from './object.ts';

/**
 * `well`: it runs and is ready, has done its work, or is about to go. `starting`: not ready, and it has not had the time
 * for that yet. `failing`: it does not run, and will not by itself.
 */
export interface PodState {
  readonly name: string;
  readonly namespace: string;
  /** `null` as long as no node was chosen. */
  readonly node: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'well' | 'starting' | 'failing';
  /** Such as `CrashLoopBackOff: Error (exit code 1): …`; `null` for one that is well. */
  readonly reason: string | null;
}

/** What is known besides the pod itself. */
export interface PodSurroundings {
  /** Now, in milliseconds since 1970. */
  readonly now: number;
  /** The last line that the instance before said, by `POD/CONTAINER`. */
  readonly lastWords: Readonly<Record<string, string>>;
}

type Health = Pick<PodState, 'state' | 'reason'>;

/** A pod may take so long to become ready, and as long to be gone after its time. */
const graceMs = 60_000;

/** How a pod is, from what the API says of it. */
export function podState(pod: KubernetesObject, around: PodSurroundings): PodState {
  return {
    name: pod.metadata.name,
    namespace: pod.metadata.namespace ?? 'default',
    node: textAt(pod, 'spec', 'nodeName') ?? null,
    labels: pod.metadata.labels ?? {},
    ...healthOf(pod, around),
  };
}

const well: Health = { state: 'well', reason: null };

function healthOf(pod: KubernetesObject, around: PodSurroundings): Health {
  const goneBy = textAt(pod, 'metadata', 'deletionTimestamp');
  if (goneBy !== undefined) {
    const overdueMs = around.now - Date.parse(goneBy);
    if (overdueMs <= graceMs) return well;
    return failing(`it was deleted and does not end, ${seconds(overdueMs)} after its time`);
  }
  const phase = textAt(pod, 'status', 'phase');
  if (phase === 'Succeeded') return well;
  if (phase === 'Failed') return isReplaced(pod) ? well : failing(failureOf(pod));
  const fault = containersOf(pod).flatMap((container) => faultOf(pod, container, around))[0];
  if (fault !== undefined) return failing(fault);
  return conditionOf(pod, 'Ready')?.['status'] === 'True' ? well : notReady(pod, around);
}

function failing(reason: string): Health {
  return { state: 'failing', reason };
}

/** They make another pod and keep the failed one, such as one that was driven out; the other one is judged for itself. */
const replacing = ['Job', 'ReplicaSet', 'ReplicationController'];

function isReplaced(pod: KubernetesObject): boolean {
  return listAt(pod, 'metadata', 'ownerReferences').some((owner) =>
    replacing.includes(textAt(owner, 'kind') ?? ''),
  );
}

function failureOf(pod: KubernetesObject): string {
  const ends = containersOf(pod).flatMap(
    (container) => endOf(valueAt(container, 'state', 'terminated')) ?? [],
  );
  const reason = joined(textAt(pod, 'status', 'reason') ?? 'Failed', textAt(pod, 'status', 'message'));
  return ends.length === 0 ? reason : joined(reason, ends[0]);
}

/** What every pod passes through. */
const passing = ['ContainerCreating', 'PodInitializing'];

/** Why a container does not run, when it is not just being made. */
function faultOf(
  pod: KubernetesObject,
  container: unknown,
  { lastWords }: PodSurroundings,
): readonly string[] {
  const said = lastWords[`${pod.metadata.name}/${textAt(container, 'name') ?? ''}`];
  const ended = valueAt(container, 'state', 'terminated');
  if (isJsonObject(ended)) {
    return numberAt(ended, 'exitCode') === 0 ? [] : [joined(endOf(ended), said)];
  }
  const waiting = textAt(container, 'state', 'waiting', 'reason');
  if (waiting === undefined || passing.includes(waiting)) return [];
  const before = endOf(valueAt(container, 'lastState', 'terminated'));
  // After a crash the waiting itself has no more to say than how long it takes.
  if (waiting === 'CrashLoopBackOff') return [joined(waiting, before, said)];
  return [joined(waiting, lastLine(textAt(container, 'state', 'waiting', 'message')))];
}

/** `Error (exit code 1): message`; undefined where nothing has ended. */
function endOf(terminated: unknown): string | undefined {
  if (!isJsonObject(terminated)) return undefined;
  const reason = textAt(terminated, 'reason') ?? 'ended';
  const code = numberAt(terminated, 'exitCode') ?? 0;
  return joined(`${reason} (exit code ${code})`, lastLine(textAt(terminated, 'message')));
}

function notReady(pod: KubernetesObject, { now }: PodSurroundings): Health {
  const sinceMs = now - lastMove(pod);
  if (isUntoldYet(pod, now)) return well;
  const reason = `${obstacleOf(pod)}, for ${seconds(sinceMs)} now`;
  return { state: sinceMs <= graceMs ? 'starting' : 'failing', reason };
}

/**
 * Kubelets before 1.21 tell but once a minute that a static pod has become ready (kubelet.go's syncLoopIteration hears of
 * probes that end well since then). Its container runs for the first time, so nothing is known against it.
 */
function isUntoldYet(pod: KubernetesObject, now: number): boolean {
  const isStatic = textAt(pod, 'metadata', 'annotations', 'kubernetes.io/config.mirror') !== undefined;
  const isFirstRun = (container: unknown): boolean => {
    const sinceMs = now - Date.parse(textAt(container, 'state', 'running', 'startedAt') ?? '');
    return sinceMs <= graceMs && numberAt(container, 'restartCount') === 0;
  };
  const containers = containersOf(pod);
  return isStatic && containers.length > 0 && containers.every(isFirstRun);
}

/** When last something happened that takes a while to become ready from. */
function lastMove(pod: KubernetesObject): number {
  const times = [
    textAt(pod, 'metadata', 'creationTimestamp'),
    textAt(conditionOf(pod, 'Ready'), 'lastTransitionTime'),
    ...containersOf(pod).map((container) => textAt(container, 'state', 'running', 'startedAt')),
  ];
  return Math.max(0, ...times.map((time) => Date.parse(time ?? '')).filter((time) => !Number.isNaN(time)));
}

function obstacleOf(pod: KubernetesObject): string {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.['status'] === 'False') {
    return joined(textAt(scheduled, 'reason') ?? 'no node was chosen', textAt(scheduled, 'message'));
  }
  const waiting = containersOf(pod).flatMap(
    (container) => textAt(container, 'state', 'waiting', 'reason') ?? [],
  )[0];
  if (waiting !== undefined) return waiting;
  const unready = listAt(pod, 'status', 'containerStatuses')
    .filter((container) => valueAt(container, 'ready') === false)
    .flatMap((container) => textAt(container, 'name') ?? []);
  if (unready.length > 0) return `not ready (${unready.join(', ')})`;
  return textAt(pod, 'status', 'phase') === 'Pending' ? 'Pending' : 'not ready';
}

function containersOf(pod: KubernetesObject): readonly unknown[] {
  return [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
}

function conditionOf(pod: KubernetesObject, type: string) {
  return listAt(pod, 'status', 'conditions')
    .filter(isJsonObject)
    .find((condition) => condition['type'] === type);
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(': ');
}

function lastLine(text: string | undefined): string | undefined {
  return text?.trim().split('\n').at(-1)?.trim();
}

function seconds(milliseconds: number): string {
  return `${Math.max(0, Math.round(milliseconds / 1000))} s`;
}
