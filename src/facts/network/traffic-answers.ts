// Who answers at Service addresses, asked from this host: by HTTP, by TCP alone, or by UDP.
import { cmd, script, type Command } from '../../core/command.ts';
import { formatEndpoint } from '../../core/ip.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';
import { httpGet } from '../http-get.ts';
import { tcpConnect } from '../tcp-connect.ts';
import { udpAsk } from '../udp-ask.ts';

/** One place to ask. */
export interface TrafficTarget {
  /** Names the target in the answer. */
  readonly id: string;
  /** An address; or `namespace/name` of a Service, whose cluster IP the host itself looks up. */
  readonly address: string;
  readonly port: number;
  /** `any`: by HTTP, and where that is not spoken, a TCP connection that is taken is an answer too. */
  readonly by: 'any' | 'http' | 'tcp' | 'udp';
  /** What is asked for: by HTTP a path, which begins with a slash; by UDP the bytes to send, as hexadecimal digits. */
  readonly what: string;
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
  /** `200`; `null` without an answer by HTTP. */
  readonly status: string | null;
  /**
   * First line of the body (a web server that tells its name, tells the pod), or what went wrong. Of an answer that is not
   * by HTTP: what came instead.
   */
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
    const asked = targets.map(({ id, address, port, by, what, requests }) =>
      address.includes('/')
        ? cmd`ask_service ${id} ${address} ${port} ${by} ${what} ${requests}`
        : cmd`ask_at_once ${id} ${address} ${formatEndpoint(address, port)} ${port} ${by} ${what} ${requests}`,
    );
    const tried = reach.map(({ address, port }) => cmd`reach ${address} ${port} &`);
    const limits = cmd`seconds=${seconds} at_once=${atOnce} running=0`;
    const services = targets.some(({ address }) => address.includes('/')) ? [listServices] : [];
    const gate = onlyWithIpvs ? [script('[ -e /proc/net/ip_vs ] || exit 0')] : [];
    const round = cmd`ask_all() {\n${lines([...asked, script('wait')])}\n}`;
    const repeat = Array.from({ length: rounds }, (_, index) =>
      index === 0 ? cmd`round=0; ask_all` : cmd`sleep 1; round=${index}; ask_all`,
    );
    const parts = [
      httpGet,
      tcpConnect,
      udpAsk,
      limits,
      functions,
      ...gate,
      ...services,
      ...tried,
      round,
      ...repeat,
    ];
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
  const isHttp = state === 'answered';
  const isAnswered = isHttp || state === 'connected' || state === 'received';
  return { isAnswered, status: isHttp ? status : null, text: text.join('\t').trim() };
}

/**
 * Each target is asked by a process of its own, one request after the other, so that a scheduler's order shows. A line
 * is written by one write, so lines of several processes do not mix. A target that is silent from the start is asked
 * twice only. Connections are tried after all requests, not between them: else turns would give each pod but one of both.
 */
const functions = script(`
echo "client $http_client"
newline='
'
by_http() {
  if answer=$(http_get "http://$3$6" "$2" "$4" "$6" "$seconds" 2>&1); then state=answered; else state=failed; fi
  status=\${answer##*"$newline"}
  text=\${answer%%"$newline"*}
  if [ "$state$status" = answered000 ]; then state=failed text='an answer that is no HTTP'; fi
  if [ "$state" = failed ]; then text=\${text:-no answer by HTTP within $seconds s} status=; fi
}
by_tcp() {
  status= text=\${said:-no connection}
  if tcp_connect "$2" "$4" "$seconds"; then state=connected text=$said; else state=failed; fi
}
by_udp() {
  status=
  if text=$(udp_ask "$2" "$4" "$6" "$seconds" 2>&1); then state=received; else state=failed; fi
  text=\${text:-no answer within $seconds s}
}
ask_by() {
  ask_once=$1 count=0 silent=0 held=
  shift
  while [ "$count" -lt "$7" ] && { [ "$silent" -lt 2 ] || [ "$silent" -lt "$count" ]; }; do
    count=$((count + 1))
    "$ask_once" "$@"
    if [ "$state" = failed ]; then silent=$((silent + 1)); fi
    line=$(printf 'answer\\t%s\\t%s\\t%s\\t%s\\t%.200s' "$1" "$round" "$state" "$status" "$text")
    if [ "$silent" = "$count" ]; then held=$held$line$newline; else printf '%s%s\\n' "$held" "$line"; held=; fi
  done
}
ask() {
  said=
  case $5 in
    any)
      ask_by by_http "$@"
      if [ -n "$held" ]; then said=$text; ask_by by_tcp "$@"; fi ;;
    *) ask_by "by_$5" "$@" ;;
  esac
  printf '%s' "$held"
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
    *:*) ask_at_once "$1" "$address" "[$address]:$3" "$3" "$4" "$5" "$6" ;;
    *) ask_at_once "$1" "$address" "$address:$3" "$3" "$4" "$5" "$6" ;;
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
