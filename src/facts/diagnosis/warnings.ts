// The API's warnings about pods that do not run, and about pods that could not even be made, without those of the past.
import { listAt, textAt, valueAt, type KubernetesObject } from '../../kube/objects/object.ts';
import { ofPod, seen, type Sighting } from './sighting.ts';

/** Lines `KIND/NAME TIME REASON: "MESSAGE"`, for `kubectl get events -o`; newer components write the time elsewhere. */
export const warnings =
  'go-template={{range .items}}{{.involvedObject.kind}}/{{.involvedObject.name}} {{with .series}}{{.lastObservedTime}}{{else}}{{or .lastTimestamp .eventTime "-"}}{{end}} {{.reason}}: {{printf "%q" .message}}{{"\\n"}}{{end}}';

export interface WarnedOf {
  readonly namespace: string;
  /** What was seen of pods that do not run. */
  readonly told: readonly Sighting[];
  readonly pods: readonly KubernetesObject[];
}

interface Warning {
  readonly kind: string;
  readonly name: string;
  /** Milliseconds since 1970; NaN when it is not known. */
  readonly at: number;
  readonly reason: string;
  readonly message: string;
}

/** Once a container runs, what came before it has succeeded. */
const beforeContainers: readonly string[] = [
  'FailedScheduling',
  'FailedCreatePodSandBox',
  'FailedMount',
  'FailedAttachVolume',
];

/** A probe that failed before a pod was ready is of the past; what a pod loses its readiness by is told a little before. */
const probeMarginMs = 60_000;

/** @param lines as `warnings` makes them */
export function warningSightings(lines: readonly string[], of: WarnedOf): readonly Sighting[] {
  return lines.flatMap((line) => {
    const warning = readWarning(line);
    if (warning === undefined || isOver(warning, of)) return [];
    const { kind, name, reason, message } = warning;
    const place = `${of.namespace}/${name}`;
    const isTold =
      kind === 'Pod' ? of.told.some((pod) => pod.of === `pod ${place}`) : reason === 'FailedCreate';
    if (!isTold) return [];
    return seen({
      source: 'event',
      of: `${kind.toLowerCase()} ${place}`,
      ...ofPod(of.told, place),
      lines: [`${reason}: ${message}`],
    });
  });
}

function readWarning(line: string): Warning | undefined {
  const [, kind = '', name = '', time = '', reason = '', message = ''] =
    /^(\w+)\/(\S+) (\S+) (\w*): (.*)$/.exec(line) ?? [];
  return kind === '' ? undefined : { kind, name, at: Date.parse(time), reason, message: unquoted(message) };
}

/** What it warns of has gone well since. */
function isOver({ kind, name, at, reason }: Warning, { namespace, pods }: WarnedOf): boolean {
  const own = pods.filter(({ metadata }) => metadata.namespace === namespace);
  if (kind !== 'Pod') {
    return own.some((pod) => ownerOf(pod) === name && timeAt(pod, 'metadata', 'creationTimestamp') > at);
  }
  const pod = own.find(({ metadata }) => metadata.name === name);
  if (pod === undefined) return false;
  if (reason === 'Unhealthy') return at < readinessLost(pod) - probeMarginMs;
  if (!beforeContainers.includes(reason)) return false;
  if (reason === 'FailedScheduling' && textAt(pod, 'spec', 'nodeName') !== undefined) return true;
  return startTimes(pod).some((start) => start >= at);
}

function ownerOf(pod: KubernetesObject): string | undefined {
  return textAt(listAt(pod, 'metadata', 'ownerReferences')[0], 'name');
}

/** When containers of the pod began, now and the time before. */
function startTimes(pod: KubernetesObject): readonly number[] {
  const containers = ['initContainerStatuses', 'containerStatuses'].flatMap((list) =>
    listAt(pod, 'status', list),
  );
  return containers.flatMap((container) => [
    timeAt(container, 'state', 'running', 'startedAt'),
    timeAt(container, 'state', 'terminated', 'startedAt'),
    timeAt(container, 'lastState', 'terminated', 'startedAt'),
  ]);
}

/** When the pod ceased to be ready; for one that never was, when it was made. */
function readinessLost(pod: KubernetesObject): number {
  const ready = listAt(pod, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready');
  return timeAt(ready, 'lastTransitionTime');
}

function timeAt(value: unknown, ...path: readonly string[]): number {
  const text = valueAt(value, ...path);
  return typeof text === 'string' ? Date.parse(text) : Number.NaN;
}

/** A text that Go has quoted. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text)).replaceAll(/\s*\n\s*/g, '; ');
  } catch {
    return text;
  }
}
