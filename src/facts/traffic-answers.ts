// Who answers HTTP requests to Service addresses, asked from this host.
import { cmd, script, type Command } from '../core/command.ts';
import { kubernetesPaths } from '../kube/paths.ts';
import { formatEndpoint } from '../ipvs/address.ts';
import type { Fact } from './fact.ts';
import { httpGet } from './http-get.ts';

/** One place to ask. */
export interface TrafficTarget {
  /** Names the target in the answer. */
  readonly id: string;
  /** An address; or `namespace/name` of a Service, whose cluster IP the host itself looks up. */
  readonly address: string;
  readonly port: number;
  /** Begins with a slash. */
  readonly path: string;
}

export interface TrafficQuestion {
  readonly targets: readonly TrafficTarget[];
  /** How often each target is asked, each time by a new connection. */
  readonly requests: number;
  /** Deadline of one request. */
  readonly seconds: number;
  /** Ask only where the kernel balances: elsewhere every request would wait for its deadline. */
  readonly onlyWithIpvs: boolean;
}

/** One request. */
export interface TrafficAnswer {
  readonly isAnswered: boolean;
  /** `200`; `000` where the client does not tell; `null` without an answer. */
  readonly status: string | null;
  /** First line of the body (a web server that tells its name, tells the pod), or what went wrong. */
  readonly text: string;
}

export interface TrafficAnswers {
  /** False when the host has neither curl nor wget nor bash. */
  readonly hasClient: boolean;
  /** By id; without those that were not asked. A Service whose cluster IP was not found has no address. */
  readonly targets: Readonly<
    Record<string, { readonly address: string | null; readonly answers: readonly TrafficAnswer[] }>
  >;
}

/** So many targets are asked at a time. */
const atOnce = 32;

export const trafficAnswers: Fact<TrafficAnswers, TrafficQuestion> = {
  name: 'traffic.answers',
  scope: 'cluster',
  timeoutMs: 10 * 60_000,
  probe({ targets, requests, seconds, onlyWithIpvs }) {
    const asked = targets.map(({ id, address, port, path }) =>
      address.includes('/')
        ? cmd`ask_service ${id} ${address} ${port} ${path}`
        : cmd`ask_at_once ${id} ${address} ${formatEndpoint(address, port)} ${port} ${path}`,
    );
    const limits = cmd`requests=${requests} seconds=${seconds} at_once=${atOnce} running=0`;
    const services = targets.some(({ address }) => address.includes('/')) ? [listServices] : [];
    const gate = onlyWithIpvs ? [script('[ -e /proc/net/ip_vs ] || exit 0')] : [];
    return cmd`(${lines([httpGet, limits, functions, ...gate, ...services, ...asked])}\nwait)`;
  },
  parse({ stdout }) {
    const [first = '', ...rest] = stdout.split('\n').filter((line) => line !== '');
    if (!first.startsWith('client ')) throw new Error(`unexpected answer: ${first}`);
    const targets: Record<string, { address: string | null; answers: TrafficAnswer[] }> = {};
    for (const line of rest) {
      const [kind, id = '', ...fields] = line.split('\t');
      if (kind === 'target')
        targets[id] = { address: fields[0] === '' ? null : (fields[0] ?? null), answers: [] };
      else if (kind === 'answer') targets[id]?.answers.push(readAnswer(fields));
    }
    return { hasClient: first !== 'client none', targets };
  },
};

function readAnswer([state = '', status = '', ...text]: readonly string[]): TrafficAnswer {
  const isAnswered = state === 'answered';
  return { isAnswered, status: isAnswered ? status : null, text: text.join('\t').trim() };
}

/**
 * Each target is asked by a process of its own, one request after the other, so that a scheduler's order shows. A line
 * is written by one write, so lines of several processes do not mix. A target that is silent from the start is asked
 * twice only.
 */
const functions = script(`
echo "client $http_client"
newline='
'
ask() {
  count=0 silent=0
  while [ "$count" -lt "$requests" ] && { [ "$silent" -lt 2 ] || [ "$silent" -lt "$count" ]; }; do
    count=$((count + 1))
    if answer=$(http_get "http://$3$5" "$2" "$4" "$5" "$seconds" 2>&1); then state=answered; else state=failed; fi
    status=\${answer##*"$newline"}
    text=\${answer%%"$newline"*}
    if [ "$state" = failed ]; then silent=$((silent + 1)) text=\${answer:-no answer within $seconds s} status=; text=\${text%%"$newline"*}; fi
    printf 'answer\\t%s\\t%s\\t%s\\t%.200s\\n' "$1" "$state" "$status" "$text"
  done
}
ask_at_once() {
  printf 'target\\t%s\\t%s\\n' "$1" "$2"
  ask "$@" </dev/null &
  running=$((running + 1))
  if [ "$running" -ge "$at_once" ]; then wait; running=0; fi
}
ask_service() {
  address=$(printf '%s\\n' "$services" | sed -n "s|^$2 ||p")
  case $address in
    '' | None) printf 'target\\t%s\\t\\n' "$1" ;;
    *:*) ask_at_once "$1" "$address" "[$address]:$3" "$3" "$4" ;;
    *) ask_at_once "$1" "$address" "$address:$3" "$3" "$4" ;;
  esac
}
`);

/** Any node may list Services with its kubelet's own rights. */
const listServices = cmd`kubeconfig=${kubernetesPaths.adminKubeconfig}
if [ ! -e "$kubeconfig" ]; then kubeconfig=${kubernetesPaths.kubeletKubeconfig}; fi
services=$(kubectl --kubeconfig="$kubeconfig" --request-timeout=30s get services --all-namespaces \\
  -o 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} {.spec.clusterIP}{"\\n"}{end}' 2>/dev/null)`;

function lines(commands: readonly Command[]): Command {
  const [first = script(''), ...rest] = commands;
  return rest.reduce((all, command) => cmd`${all}\n${command}`, first);
}
