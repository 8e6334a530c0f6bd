// What the API says of a pod that does not run: everything that could name the reason.
import { defined } from '../../core/defined.ts';
import {
  isJsonObject,
  listAt,
  numberAt,
  textAt,
  valueAt,
  type KubernetesObject,
} from '../../kube/objects/object.ts';
import { podState, type PodSurroundings } from '../../kube/objects/pod-state.ts';
import { lastLines, type Sighting } from './sighting.ts';

const mostLines = 20;

/** What is said of those that are not well; nothing of the others. */
export function podSightings(
  pods: readonly KubernetesObject[],
  around: Pick<PodSurroundings, 'now'>,
): readonly Sighting[] {
  const newest = newestRevisions(pods);
  return pods.flatMap((pod): readonly Sighting[] => {
    const { state, reason, node, name, namespace } = podState(pod, { ...around, lastWords: {} });
    if (state === 'well') return [];
    const told = [...conditionLines(pod), ...containerLines(pod)];
    const lines = told.length > 0 || reason === null ? told : [reason];
    const isOld = newest.get(seriesOf(pod)) !== revisionOf(pod);
    return [
      {
        source: 'pod',
        of: `pod ${namespace}/${name}`,
        ...defined({ node: node ?? undefined, isOld: isOld ? (true as const) : undefined }),
        lines: lastLines(lines, mostLines),
      },
    ];
  });
}

function conditionLines(pod: KubernetesObject): readonly string[] {
  const failed = textAt(pod, 'status', 'message');
  const told = listAt(pod, 'status', 'conditions')
    .filter((condition) => textAt(condition, 'status') === 'False')
    .flatMap((condition) => {
      const message = textAt(condition, 'message') ?? '';
      const reason = textAt(condition, 'reason') ?? textAt(condition, 'type') ?? '';
      // That a container is not ready is no reason.
      return message === '' || reason === 'ContainersNotReady' ? [] : [`${reason}: ${message}`];
    });
  return [
    ...(failed === undefined ? [] : [`${textAt(pod, 'status', 'reason') ?? 'Failed'}: ${failed}`]),
    ...told,
  ];
}

function containerLines(pod: KubernetesObject): readonly string[] {
  return statuses(pod).flatMap((container) => {
    const name = textAt(container, 'name') ?? '';
    const waiting = valueAt(container, 'state', 'waiting');
    const ends = [
      valueAt(container, 'state', 'terminated'),
      // Once it runs again, how it ended before is past.
      ...(isRunning(container) ? [] : [valueAt(container, 'lastState', 'terminated')]),
    ];
    return [
      ...(isJsonObject(waiting) ? [stateLine(name, waiting)] : []),
      ...ends.flatMap((ended) =>
        isJsonObject(ended) && numberAt(ended, 'exitCode') !== 0 ? [endLine(name, ended)] : [],
      ),
    ];
  });
}

function isRunning(container: unknown): boolean {
  return valueAt(container, 'state', 'running') !== undefined;
}

/** `CONTAINER of pod NAMESPACE/POD` of each container that runs now, whatever it said before. */
export function runningContainers(pods: readonly KubernetesObject[]): ReadonlySet<string> {
  return new Set(
    pods.flatMap((pod) =>
      statuses(pod)
        .filter(isRunning)
        .map(
          (container) =>
            `${textAt(container, 'name') ?? ''} of pod ${pod.metadata.namespace ?? 'default'}/${pod.metadata.name}`,
        ),
    ),
  );
}

function statuses(pod: KubernetesObject): readonly unknown[] {
  return ['initContainerStatuses', 'containerStatuses'].flatMap((list) => listAt(pod, 'status', list));
}

function stateLine(name: string, waiting: unknown): string {
  const message = textAt(waiting, 'message');
  return `${name}: ${textAt(waiting, 'reason') ?? 'waiting'}${message === undefined ? '' : `: ${oneLine(message)}`}`;
}

function endLine(name: string, ended: unknown): string {
  const message = textAt(ended, 'message');
  const code = numberAt(ended, 'exitCode') ?? 0;
  const reason = textAt(ended, 'reason') ?? 'ended';
  return `${name}: ${reason} (exit code ${code})${message === undefined ? '' : `: ${oneLine(message)}`}`;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, '; ');
}

/** The revision of the newest pod, by what makes the pods. */
function newestRevisions(pods: readonly KubernetesObject[]): ReadonlyMap<string, string> {
  const newest = new Map<string, { readonly born: string; readonly revision: string }>();
  for (const pod of pods) {
    const born = textAt(pod, 'metadata', 'creationTimestamp') ?? '';
    const last = newest.get(seriesOf(pod));
    if (last === undefined || last.born < born)
      newest.set(seriesOf(pod), { born, revision: revisionOf(pod) });
  }
  return new Map([...newest].map(([series, { revision }]) => [series, revision]));
}

function revisionOf({ metadata: { labels = {} } }: KubernetesObject): string {
  return labels['pod-template-hash'] ?? labels['controller-revision-hash'] ?? '';
}

/** A deployment makes its pods by replica sets, whose names end with the revision. */
function seriesOf(pod: KubernetesObject): string {
  const owner = textAt(listAt(pod, 'metadata', 'ownerReferences')[0], 'name') ?? pod.metadata.name;
  const revision = revisionOf(pod);
  const name = revision === '' ? owner : owner.replace(new RegExp(`-${revision}$`), '');
  return `${pod.metadata.namespace ?? 'default'}/${name}`;
}
