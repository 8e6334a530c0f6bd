// What the API says about nodes and pods when something is wrong: conditions, waiting reasons, warnings, last words.
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import { groupBy } from '../../core/group-by.ts';
import { kubectl } from '../../kube/kubectl.ts';
import { isJsonObject, listAt, textAt, type KubernetesObject } from '../../kube/objects/object.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';
import { crashedContainers } from '../kubernetes/namespace-pods.ts';
import { podSightings, runningContainers } from './pod-sighting.ts';
import { readSections, sectionFunctions, type Section } from './sections.ts';
import { ofPod, seen, type Sighting } from './sighting.ts';
import { warnings, warningSightings } from './warnings.ts';

/** Pods that are looked at. */
export interface PodSelection {
  readonly namespace: string;
  /** As `kubectl --selector` takes it; all pods of the namespace without it. */
  readonly selector?: string;
}

export interface ClusterView {
  /** Undefined where there is no API to ask, before `kubeadm init` and in the midst of it. */
  readonly isReachable: boolean | undefined;
  readonly sightings: readonly Sighting[];
}

/** Each question has so many seconds, as the API may be what is wrong. */
const seconds = 15;
/** Of so many crashing containers per selection the log is read. */
const mostLogs = 4;
const mostPods = 20;

/** Ask a control plane only. */
export const clusterLook: Fact<ClusterView, { readonly pods: readonly PodSelection[] }> = {
  name: 'cluster.look',
  scope: 'cluster',
  timeoutMs: 5 * 60_000,
  probe: ({ pods }) => cmd`${sectionFunctions}
[ -e ${kubernetesPaths.adminKubeconfig} ] || exit 0
conditions=$(${asked(cmd`get nodes -o ${conditions}`)} 2>&1) || { section unreachable; printf '%s\\n' "$conditions" | body 3; exit 0; }
section nodes
printf '%s\\n' "$conditions" | grep -v -e ' Ready True ' -e '^[^ ]* [A-Za-z]* False [A-Za-z]*Has' -e '^[^ ]* NetworkUnavailable False ' | body 40
section now
date +%s | body 1
${sequence(pods.map(podsProbe))}`,
  parse({ stdout }) {
    const sections = readSections(stdout);
    if (sections.length === 0) return { isReachable: undefined, sightings: [] };
    const silent = sections.find(({ name }) => name === 'unreachable');
    // An API that kubeadm is setting up answers, and does not know its administrator yet.
    if (silent?.lines.some((line) => line.startsWith('Error from server (Forbidden)')) === true)
      return { isReachable: undefined, sightings: [] };
    if (silent !== undefined) {
      return {
        isReachable: false,
        sightings: seen({ source: 'api', of: 'the API server', lines: silent.lines }),
      };
    }
    const now = Number(sections.find(({ name }) => name === 'now')?.lines[0]) * 1000;
    return { isReachable: true, sightings: readAll(sections, now) };
  },
};

function asked(rest: Command): Command {
  return cmd`limit ${seconds} ${kubectl(rest)}`;
}

const conditions =
  'go-template={{range .items}}{{$node := .metadata.name}}{{range .status.conditions}}{{$node}} {{.type}} {{.status}} {{.reason}} {{.message}}{{"\\n"}}{{end}}{{end}}';

function podsProbe({ namespace, selector }: PodSelection): Command {
  const flags = [`--namespace=${namespace}`, ...(selector === undefined ? [] : [`--selector=${selector}`])];
  const logs = (more: Command): Command =>
    cmd`limit 5 ${kubectl(cmd`logs ${`--namespace=${namespace}`} ${more}--tail=20 ${script('"$pod" "$container"')}`)} 2>/dev/null`;
  return cmd`section ${`pods ${namespace}`}
${asked(cmd`get pods ${flags} -o json`)} | sed 's/^/ /'
${asked(cmd`get pods ${flags} -o ${crashedContainers}`)} | head -n ${mostLogs} | while read -r pod container; do
  section ${`said ${namespace}`}"/$pod $container"
  { words=$(${logs(cmd`--previous `)}) || words=$(${logs(cmd``)}); printf '%s\\n' "$words"; } | body 20
done
section ${`events ${namespace}`}
${asked(cmd`get events ${`--namespace=${namespace}`} --field-selector=type=Warning -o ${warnings}`)} | body 100`;
}

function readAll(sections: readonly Section[], now: number): readonly Sighting[] {
  const nodes = sections.filter(({ name }) => name === 'nodes').flatMap(({ lines }) => nodeSightings(lines));
  const objects = sections.filter(({ name }) => name.startsWith('pods ')).map(({ lines }) => readPods(lines));
  const pods = objects.flatMap((list) => podSightings(list, { now })).slice(0, mostPods);
  const running = runningContainers(objects.flat());
  const others = sections.flatMap(({ name, lines }) => {
    const [kind, place = '', container = ''] = name.split(' ');
    if (kind === 'said') return logSightings(place, container, lines, { pods, running });
    return kind === 'events'
      ? warningSightings(lines, { namespace: place, told: pods, pods: objects.flat() })
      : [];
  });
  return [...nodes, ...pods, ...others];
}

function readPods(lines: readonly string[]): readonly KubernetesObject[] {
  try {
    return listAt(JSON.parse(lines.join('\n')), 'items').filter(isObject);
  } catch {
    // The API fell silent in the middle: what is known of the nodes counts all the same.
    return [];
  }
}

/** Objects in a list of one kind do not always name it. */
function isObject(value: unknown): value is KubernetesObject {
  return isJsonObject(value) && textAt(value, 'metadata', 'name') !== undefined;
}

function nodeSightings(lines: readonly string[]): readonly Sighting[] {
  const nodes = groupBy(lines, (line) => line.split(' ')[0] ?? '');
  return [...nodes].flatMap(([node, all]) =>
    seen({ source: 'node', of: `node ${node}`, node, lines: all.map((line) => line.slice(node.length + 1)) }),
  );
}

function logSightings(
  place: string,
  container: string,
  lines: readonly string[],
  { pods, running }: { readonly pods: readonly Sighting[]; readonly running: ReadonlySet<string> },
): readonly Sighting[] {
  // In a log's stead, while the kubelet takes a container away.
  const words = lines.filter(
    (line) => !/^unable to retrieve container logs for |^Error from server/.test(line),
  );
  const of = `${container} of pod ${place}`;
  const past = running.has(of) ? { isOld: true as const } : {};
  return seen({ source: 'pod-log', of, ...ofPod(pods, place), ...past, lines: words });
}
