// Who answers HTTP requests to Service addresses, asked from this host.
import { cmd, script, type Command } from '../../core/command.ts';
import { formatEndpoint } from '../../core/ip.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';
import { httpGet } from '../http-get.ts';
import { tcpConnect } from '../tcp-connect.ts';

/** One place to ask. */
export interface TrafficTarget {
  /** Names the target in the answer. */
  readonly id: string;
  /** An address; or `namespace/name` of a Service, whose cluster IP the host itself looks up. */
  readonly address: string;
  readonly port: number;
  /** Begins with a slash. */
  readonly path: string;
  /** How often it is asked in a round, each time by a new connection. */
  readonly requests: number;
}

/** A place that only shows whether this host reaches a network at all. */
export interface ReachTarget {
  readonly address: string;
  readonly port: number;
}

export interface TrafficQuestion {
  readonly targets: readonly TrafficTarget[];
  /** All targets are asked so many times over: a second round tells a disturbance from a rule. */
  readonly rounds: number;
  /** Deadline of one request. */
  readonly seconds: number;
  /** Ask only where the kernel balances: elsewhere every request would wait for its deadline. */
  readonly onlyWithIpvs: boolean;
  /** Connections to try as well. */
  readonly reach?: readonly ReachTarget[];
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
  /** By id; without those that were not asked. */
  readonly targets: Readonly<Record<string, TargetAnswers>>;
  /** Whether any of the places to reach took a connection; `null` when there were none. */
  readonly isReaching: boolean | null;
}

export interface TargetAnswers {
  /** `null` for a Service whose cluster IP was not found. */
  readonly address: string | null;
  /** The answers of each round. */
  readonly rounds: readonly (readonly TrafficAnswer[])[];
}

/** So many targets are asked at a time. */
const atOnce = 32;

export const trafficAnswers: Fact<TrafficAnswers, TrafficQuestion> = {
  name: 'traffic.answers',
  scope: 'cluster',
  timeoutMs: 10 * 60_000,
  probe({ targets, rounds, seconds, onlyWithIpvs, reach = [] }) {
    const asked = targets.map(({ id, address, port, path, requests }) =>
      address.includes('/')
        ? cmd`ask_service ${id} ${address} ${port} ${path} ${requests}`
        : cmd`ask_at_once ${id} ${address} ${formatEndpoint(address, port)} ${port} ${path} ${requests}`,
    );
    const tried = reach.map(({ address, port }) => cmd`reach ${address} ${port} &`);
    const limits = cmd`seconds=${seconds} at_once=${atOnce} running=0`;
    const services = targets.some(({ address }) => address.includes('/')) ? [listServices] : [];
    const gate = onlyWithIpvs ? [script('[ -e /proc/net/ip_vs ] || exit 0')] : [];
    const round = cmd`ask_all() {\n${lines([...asked, script('wait')])}\n}`;
    const repeat = Array.from({ length: rounds }, (_, index) =>
      index === 0 ? cmd`round=0; ask_all` : cmd`sleep 1; round=${index}; ask_all`,
    );
    const parts = [httpGet, tcpConnect, limits, functions, ...gate, ...services, ...tried, round, ...repeat];
    return cmd`(${lines(parts)})`;
  },
  parse({ stdout }) {
    const [first = '', ...rest] = stdout.split('\n').filter((line) => line !== '');
    if (!first.startsWith('client ')) throw new Error(`unexpected answer: ${first}`);
    const lines = rest.map((line) => line.split('\t'));
    const of = (kind: string) => lines.filter(([found]) => found === kind).map(([, ...fields]) => fields);
    const targets = of('target').map(([id = '', address = '']) => [
      id,
      { address: address === '' ? null : address, rounds: readRounds(of('answer'), id) },
    ]);
    const reached = of('reach').map(([, state]) => state === 'open');
    return {
      hasClient: first !== 'client none',
      targets: Object.fromEntries(targets) as Record<string, TargetAnswers>,
      isReaching: reached.length === 0 ? null : reached.includes(true),
    };
  },
};

function readRounds(answers: readonly (readonly string[])[], target: string): TrafficAnswer[][] {
  const rounds: TrafficAnswer[][] = [];
  for (const [id, round, ...fields] of answers) {
    if (id === target) (rounds[Number(round)] ??= []).push(readAnswer(fields));
  }
  return rounds;
}

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
  while [ "$count" -lt "$6" ] && { [ "$silent" -lt 2 ] || [ "$silent" -lt "$count" ]; }; do
    count=$((count + 1))
    if answer=$(http_get "http://$3$5" "$2" "$4" "$5" "$seconds" 2>&1); then state=answered; else state=failed; fi
    status=\${answer##*"$newline"}
    text=\${answer%%"$newline"*}
    if [ "$state" = failed ]; then silent=$((silent + 1)) text=\${answer:-no answer within $seconds s} status=; text=\${text%%"$newline"*}; fi
    printf 'answer\\t%s\\t%s\\t%s\\t%s\\t%.200s\\n' "$1" "$round" "$state" "$status" "$text"
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
    *:*) ask_at_once "$1" "$address" "[$address]:$3" "$3" "$4" "$5" ;;
    *) ask_at_once "$1" "$address" "$address:$3" "$3" "$4" "$5" ;;
  esac
}
reach() {
  if tcp_connect "$1" "$2" "$seconds"; then state=open; else state=closed; fi
  printf 'reach\\t%s\\t%s\\n' "$1" "$state"
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
