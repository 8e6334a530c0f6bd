// What the API says about nodes and pods when something is wrong: conditions, waiting reasons, warnings, last words.
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import { defined } from '../../core/defined.ts';
import { groupBy } from '../../core/group-by.ts';
import { kubectl } from '../../kube/kubectl.ts';
import { isJsonObject, listAt, textAt, type KubernetesObject } from '../../kube/objects/object.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';
import { crashedContainers } from '../kubernetes/namespace-pods.ts';
import { podSightings, runningContainers } from './pod-sighting.ts';
import { readSections, sectionFunctions, type Section } from './sections.ts';
import { lastLines, type Sighting } from './sighting.ts';

/** Pods that are looked at. */
export interface PodSelection {
  readonly namespace: string;
  /** As `kubectl --selector` takes it; all pods of the namespace without it. */
  readonly selector?: string;
}

export interface ClusterView {
  /** Undefined where there is no API to ask, before `kubeadm init`. */
  readonly isReachable: boolean | undefined;
  readonly sightings: readonly Sighting[];
}

/** Each question has so many seconds, as the API may be what is wrong. */
const seconds = 15;
/** Of so many crashing containers per selection the log is read. */
const mostLogs = 4;
const mostLines = 20;
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

const warnings =
  'go-template={{range .items}}{{.involvedObject.kind}}/{{.involvedObject.name}} {{.reason}}: {{printf "%q" .message}}{{"\\n"}}{{end}}';

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
  const told = sections.filter(({ name }) => name.startsWith('pods ')).map(({ lines }) => readPods(lines));
  const pods = told.flatMap((some) => podSightings(some, { now })).slice(0, mostPods);
  const running = runningContainers(told.flat());
  const others = sections.flatMap(({ name, lines }) => {
    const [kind, place = '', container = ''] = name.split(' ');
    if (kind === 'said') return logSightings(place, container, lines, { pods, running });
    return kind === 'events' ? warningSightings(place, lines, pods) : [];
  });
  return [...nodes, ...pods, ...others];
}

function seen(sighting: Sighting): readonly Sighting[] {
  const lines = lastLines(sighting.lines, mostLines);
  return lines.length === 0 ? [] : [{ ...sighting, lines }];
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
  return seen({ source: 'pod-log', of, ...sharedWith(pods, place), ...past, lines: words });
}

/** Those about pods that do not run, and about pods that could not even be made. The others are of the past. */
function warningSightings(
  namespace: string,
  lines: readonly string[],
  pods: readonly Sighting[],
): readonly Sighting[] {
  return lines.flatMap((line) => {
    const [, kind = '', name = '', text = ''] = /^(\w+)\/(\S+) (.*)$/.exec(line) ?? [];
    const place = `${namespace}/${name}`;
    const isTold =
      kind === 'Pod' ? pods.some(({ of }) => of === `pod ${place}`) : text.startsWith('FailedCreate:');
    if (!isTold) return [];
    const of = `${kind.toLowerCase()} ${place}`;
    return seen({ source: 'event', of, ...sharedWith(pods, place), lines: [unquoted(text)] });
  });
}

/** What a pod's log and warnings have of the pod. */
function sharedWith(pods: readonly Sighting[], place: string): Pick<Sighting, 'node' | 'isOld'> {
  const pod = pods.find(({ of }) => of === `pod ${place}`);
  return defined({ node: pod?.node, isOld: pod?.isOld });
}

/** A text that Go has quoted, behind the reason. */
function unquoted(text: string): string {
  const start = text.indexOf('"');
  try {
    return `${text.slice(0, start)}${String(JSON.parse(text.slice(start)))}`.replaceAll(/\s*\n\s*/g, '; ');
  } catch {
    return text;
  }
}
