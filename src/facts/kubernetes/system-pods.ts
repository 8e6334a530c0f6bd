// The pods of kube-system: which of them do not run, and why.
import { cmd, script } from '../../core/command.ts';
import { apiProbe, kubectlProbe, probeSeconds } from '../../kube/kubectl.ts';
import { podState, type PodState } from '../../kube/objects/pod-state.ts';
import type { Fact } from '../fact.ts';
import { readApiObjects, type ApiObjects } from './api-objects.ts';

export type SystemPods =
  | { readonly reachable: true; readonly pods: readonly PodState[] }
  | Extract<ApiObjects, { readonly reachable: false }>;

/** What a container that crashed has said is asked with this deadline, in seconds, of so many at most. */
const wordsDeadline = 5;
const mostAsked = 6;

/** Ask a control plane only. */
export const systemPods: Fact<SystemPods> = {
  name: 'system.pods',
  scope: 'cluster',
  timeoutMs: (probeSeconds + 60) * 1000,
  probe: () => cmd`pods=$(${apiProbe(cmd`get pods --namespace=kube-system -o json`)}) || exit
date +'now %s'
case $pods in
  *'"restartCount": '[1-9]*) ${lastWords} ;;
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

/**
 * A program that crashes says the reason in its log, hardly ever in the pod's status. Only containers that were started
 * more than once have one before them.
 */
const lastWords = cmd`${kubectlProbe(
  cmd`get pods --namespace=kube-system -o ${
    'go-template={{range .items}}{{$pod := .metadata.name}}{{range .status.containerStatuses}}' +
    '{{if and (not .ready) .restartCount}}{{$pod}} {{.name}}{{"\\n"}}{{end}}{{end}}{{end}}'
  }`,
)} | head -n ${mostAsked} | while read -r pod container; do
  words=$(${kubectlProbe(
    cmd`logs --namespace=kube-system --previous --tail=5 ${script('"$pod" "$container"')}`,
    wordsDeadline,
  )} 2>/dev/null </dev/null | tr -d '\\000-\\010\\013-\\037\\177' | sed '/^[[:space:]]*$/d' | tail -n 1 | cut -c 1-300)
  printf 'said %s/%s %s\\n' "$pod" "$container" "$words"
done`;

function readWords(head: string): Readonly<Record<string, string>> {
  const said = [...head.matchAll(/^said (\S+\/\S+) (.+)$/gm)];
  return Object.fromEntries(said.map(([, place = '', words = '']) => [place, words.trim()]));
}
