// The pods of a namespace: which of them do not run, and why.
import { cmd, script, type Command } from '../../core/command.ts';
import { apiProbe, kubectlProbe, probeSeconds } from '../../kube/kubectl.ts';
import { podState, type PodState } from '../../kube/objects/pod-state.ts';
import type { Fact } from '../fact.ts';
import { readApiObjects, type ApiObjects } from './api-objects.ts';

export type NamespacePods =
  | { readonly reachable: true; readonly pods: readonly PodState[] }
  | Extract<ApiObjects, { readonly reachable: false }>;

/** What a container that crashed has said is asked with this deadline, in seconds, of so many at most. */
const wordsDeadline = 5;
const mostAsked = 6;

/** Ask a control plane only. */
export const namespacePods: Fact<NamespacePods, { readonly namespace: string }> = {
  name: 'namespace.pods',
  scope: 'cluster',
  timeoutMs: (probeSeconds + 60) * 1000,
  probe: ({
    namespace,
  }) => cmd`pods=$(${apiProbe(cmd`get pods ${`--namespace=${namespace}`} -o json`)}) || exit
date +'now %s'
case $pods in
  *'"restartCount": '[1-9]* | *'"exitCode": '[1-9]*) ${lastWords(namespace)} ;;
esac
printf '%s\\n' "$pods"`,
  parse({ stdout, ...output }) {
    const start = stdout.indexOf('\n{');
    const [head, list] = start < 0 ? [stdout, ''] : [stdout.slice(0, start), stdout.slice(start + 1)];
    const api = readApiObjects({ stdout: list, ...output });
    if (!api.reachable) return api;
    const [, now] = /^now (\d+)$/m.exec(head) ?? [];
    if (now === undefined) throw new Error(`unexpected answer: ${head.slice(0, 80)}`);
    const around = { now: Number(now) * 1000, lastWords: readWords(head) };
    return { reachable: true, pods: api.items.map((pod) => podState(pod, around)) };
  },
};

/** What the kubelet says in a log's stead, as if it were one, while it takes a container away. */
const noLog = '^unable to retrieve container logs for ';

/**
 * A program that crashes says the reason in its log, hardly ever in the pod's status: in the log of the instance before,
 * or in the only one when it has not been started again yet.
 */
function lastWords(namespace: string): Command {
  const option = `--namespace=${namespace}`;
  const logs = (more: Command): Command =>
    cmd`${kubectlProbe(cmd`logs ${option} ${more}--tail=5 ${script('"$pod" "$container"')}`, wordsDeadline)} | tr -d '\\000' | LC_ALL=C grep -v ${noLog}`;
  return cmd`${kubectlProbe(cmd`get pods ${option} -o ${crashedContainers}`)} | head -n ${mostAsked} | while read -r pod container; do
  words=$({ ${logs(cmd`--previous `)} || ${logs(cmd``)}; } 2>/dev/null </dev/null | tr -d '\\000-\\010\\013-\\037\\177' | sed '/^[[:space:]]*$/d' | tail -n 1 | cut -c 1-300)
  printf 'said %s/%s %s\\n' "$pod" "$container" "$words"
done`;
}

/** For `kubectl get pods -o`: containers that are not ready, and have been started more than once or have failed, a line each. */
export const crashedContainers = [
  'go-template={{range .items}}{{$pod := .metadata.name}}',
  ...['initContainerStatuses', 'containerStatuses'].map((list) => {
    const line = '{{$pod}} {{$name}}{{"\\n"}}';
    const failed = `{{with .state.terminated}}{{if .exitCode}}${line}{{end}}{{end}}`;
    const either = `{{if .restartCount}}${line}{{else}}${failed}{{end}}`;
    return `{{range .status.${list}}}{{$name := .name}}{{if not .ready}}${either}{{end}}{{end}}`;
  }),
  '{{end}}',
].join('');

/** What Kubernetes' programs begin each line of their logs with: the time, the process, the line of the source. */
const klogHead = /^[IWEF]\d{4} [\d:.]+ +\d+ \S+\] /;

function readWords(head: string): Readonly<Record<string, string>> {
  const said = [...head.matchAll(/^said (\S+\/\S+) (.+)$/gm)];
  return Object.fromEntries(
    said.map(([, place = '', words = '']) => [place, words.replace(klogHead, '').trim()]),
  );
}
