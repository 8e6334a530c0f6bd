// What the answers of a DNS come to: silence, wrong answers, or a cell of the report.
import { count } from '../../core/count.ts';
import { formatEndpoint } from '../../core/ip.ts';
import type { DnsAnswer } from '../../facts/network/dns-answers.ts';
import { dnsApp, dnsService } from '../../kube/objects/cluster-dns-view.ts';
import { drift } from '../drift.ts';
import type { Problem } from '../operation.ts';
import type { DnsReport } from '../report-data.ts';

/** What one node asked one address by one protocol, and what came back. */
export interface DnsExchange {
  readonly node: string;
  readonly server: string;
  readonly protocol: 'UDP' | 'TCP';
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  /** The addresses that the name has. */
  readonly expected: readonly string[];
  readonly answers: readonly DnsAnswer[];
}

/** At most one difference for each exchange. */
export function checkAnswers(exchanges: readonly DnsExchange[]): readonly Problem[] {
  return exchanges.flatMap((one) => {
    const silent = one.answers.filter(({ state }) => state !== 'answered');
    if (silent.length > 0) return [unanswered(one, silent, hintFor(one, silent, exchanges))];
    const wrong = one.answers.filter((answer) => !isRight(answer, one.expected));
    return wrong[0] === undefined ? [] : [wrongAnswer(one, wrong[0], wrong.length)];
  });
}

/** The same for programs and pictures. */
export function exchangeData(one: DnsExchange): DnsReport['exchanges'][number] {
  return {
    address: one.server,
    protocol: one.protocol,
    answers: one.answers.map(answerText),
    right: one.answers.filter((answer) => isRight(answer, one.expected)).length,
  };
}

/** Each different answer with its number: `10.96.0.1 ×4`. */
export function inWords(answers: readonly DnsAnswer[]): string {
  const texts = answers.map(answerText);
  return [...new Set(texts)]
    .map((text) => `${text} ×${texts.filter((one) => one === text).length}`)
    .join(', ');
}

function isRight({ state, status, addresses }: DnsAnswer, expected: readonly string[]): boolean {
  if (state !== 'answered') return false;
  return status === 'NOERROR' && [...addresses].sort().join() === [...expected].sort().join();
}

function answerText({ state, status, addresses }: DnsAnswer): string {
  if (state !== 'answered') return status === '' ? 'no answer' : status;
  if (status !== 'NOERROR') return status;
  return addresses.length === 0 ? 'no address' : addresses.join(' ');
}

function unanswered(one: DnsExchange, silent: readonly DnsAnswer[], hint: string): Problem {
  const asked = one.answers.length;
  const [first] = silent;
  return drift({
    kind: 'dns.unanswered',
    ...aboutOf(one),
    expected: count(asked, 'answer'),
    actual: count(asked - silent.length, 'answer'),
    message:
      `the cluster's DNS at ${placeOf(one)} did not answer ${silent.length} of ${count(asked, 'question')} ` +
      `by ${one.protocol} from ${one.node} (${questionOf(one)}): ${first === undefined ? '' : answerText(first)}`,
    hint,
    more: moreOf(one),
  });
}

const lookAtPods = `kubectl -n ${dnsService.namespace} get pods -l k8s-app=${dnsApp} -o wide`;

function hintFor(one: DnsExchange, silent: readonly DnsAnswer[], all: readonly DnsExchange[]): string {
  if (silent.length < one.answers.length) {
    return `Some are answered and some are not: one of its pods cannot be reached from ${one.node}, or does not work. See which there are: ${lookAtPods}`;
  }
  const other = all.find(({ server, protocol }) => server === one.server && protocol !== one.protocol);
  if (other?.answers.some(({ state }) => state === 'answered') === true) {
    return `By ${other.protocol} it does answer, so its pods run: look for a rule of a firewall about ${one.protocol} port 53, on ${one.node} and on the nodes of its pods`;
  }
  return `Look whether its pods run: ${lookAtPods}. The comparison of kernel and API tells whether ${one.node} balances the address, and to which pods`;
}

function wrongAnswer(one: DnsExchange, wrong: DnsAnswer, times: number): Problem {
  const actual = answerText(wrong);
  const wanted = one.expected.join(' ') || 'no address';
  const some = times === one.answers.length ? '' : ` (${times} of ${one.answers.length} times)`;
  return drift({
    kind: 'dns.wrong-answer',
    ...aboutOf(one),
    expected: wanted,
    actual,
    message: `the cluster's DNS at ${placeOf(one)} answers ${actual} to ${one.node} by ${one.protocol}${some}, asked for ${questionOf(one)}; it is ${wanted}`,
    hint: hintForWrong(wrong),
    more: moreOf(one),
  });
}

function hintForWrong({ status }: DnsAnswer): string {
  const logs = `kubectl -n ${dnsService.namespace} logs -l k8s-app=${dnsApp}`;
  if (status === 'NXDOMAIN') {
    return `It does not know the cluster's domain, or reads another cluster's API: compare its Corefile (kubectl -n ${dnsService.namespace} get configmap coredns -o yaml) with clusterDomain in /var/lib/kubelet/config.yaml of the node`;
  }
  if (status !== 'NOERROR') return `Its pods run, but cannot answer: they may not reach the API. See ${logs}`;
  return `Its pods may have lost the API and tell what was before, or somebody else answers at this address. See ${logs}`;
}

function aboutOf({ node, server, protocol }: DnsExchange) {
  return { node, address: server, port: 53, protocol, owner: dnsService } as const;
}

function moreOf({ name, type, answers }: DnsExchange): Readonly<Record<string, unknown>> {
  return { name, type, answers: answers.map(answerText) };
}

function placeOf({ server }: DnsExchange): string {
  return formatEndpoint(server, 53);
}

function questionOf({ name, type }: DnsExchange): string {
  return `${name}, ${type}`;
}
