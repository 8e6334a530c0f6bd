// The proof with packets: Service addresses answer HTTP requests, by turns as the scheduler promises.
import { ask } from '../facts/fact.ts';
import {
  trafficAnswers,
  type TrafficAnswer,
  type TrafficQuestion,
  type TrafficTarget,
} from '../facts/traffic-answers.ts';
import { formatEndpoint } from '../ipvs/address.ts';
import { defineOperation, type Problem } from './operation.ts';
import { targetsOf, trafficArgs, type Target, type TrafficArgs } from './traffic-args.ts';
import { countAnswers, unevenSpread } from './traffic-spread.ts';

export const trafficAnswered = defineOperation({
  name: 'traffic.answered',
  summary: 'Sends HTTP requests to the addresses of Services and looks who answers.',
  args: trafficArgs,
  problemCode: 'verify.drift',
  needs: (wanted) =>
    targetsOf(wanted).length === 0 ? [] : [{ query: ask(trafficAnswers, question(wanted)) }],
  plan(wanted, facts) {
    const wantedTargets = targetsOf(wanted);
    if (wantedTargets.length === 0) return { steps: [] };
    const { hasClient, targets } = facts.get(ask(trafficAnswers, question(wanted)));
    if (!hasClient) {
      const message = `${wanted.host} cannot ask: it has neither curl nor wget nor bash`;
      return { steps: [], problems: [{ message, hint: 'Install curl there' }] };
    }
    if (Object.keys(targets).length === 0) {
      const message = `${wanted.host} balances nothing: the kernel module ip_vs is not loaded`;
      return { steps: [], problems: [{ message, hint: 'Run "up" again: it loads the modules' }] };
    }
    const results = wantedTargets.map((one, index) => {
      const { address = null, answers = [] } = targets[String(index)] ?? {};
      return { target: one, address, answers };
    });
    return {
      steps: [],
      problems: results.flatMap((result) => check(wanted, result)),
      report: results.map((result) => row(wanted, result)),
    };
  },
});

interface Result {
  readonly target: Target;
  /** `null` when the Service has no cluster IP. */
  readonly address: string | null;
  readonly answers: readonly TrafficAnswer[];
}

function question(wanted: TrafficArgs): TrafficQuestion {
  const { requests, seconds, onlyWithIpvs } = wanted;
  return { targets: targetsOf(wanted).map(toQuestion), requests, seconds, onlyWithIpvs };
}

function toQuestion(one: Target, index: number): TrafficTarget {
  const address = one.address ?? `${one.namespace}/${one.service}`;
  return { id: String(index), address, port: one.port, path: one.path };
}

function check(wanted: TrafficArgs, result: Result): readonly Problem[] {
  const { target: one, address, answers } = result;
  const name = `${one.namespace}/${one.service}`;
  const data = { host: wanted.host, address, port: one.port, service: name };
  if (address === null) {
    const message = `${wanted.host} finds no cluster IP of ${name}`;
    const hint = `Look whether the Service is there: kubectl -n ${one.namespace} get service ${one.service}`;
    return [{ message, hint, data: { kind: 'traffic.no-address', ...data } }];
  }
  const silent = answers.filter(({ isAnswered }) => !isAnswered);
  const place = `http://${formatEndpoint(address, one.port)}${one.path}`;
  if (silent.length > 0) {
    const message =
      `${place} (${name}) did not answer ${silent.length} of ${answers.length} requests from ${wanted.host}: ` +
      (silent[0]?.text ?? '');
    const hint =
      silent.length === answers.length
        ? 'Run "verify": it tells whether the node balances the address and to which pods'
        : 'When some requests are answered and some are not, one of the pods cannot be reached, or its answers come back without SNAT';
    const counts = { answered: answers.length - silent.length, requests: answers.length };
    return [{ message, hint, data: { kind: 'traffic.unanswered', ...data, ...counts } }];
  }
  const uneven = wanted.spread === 'even' ? unevenSpread(answers, one.replicas) : undefined;
  if (uneven === undefined) return [];
  const hint =
    'The order shows only when nobody else sends to the address at the same time, and when answers tell which pod they are from';
  return [
    {
      message: `the answers of ${place} (${name}) to ${wanted.host} are not spread evenly: ${uneven}`,
      hint,
      data: { kind: 'traffic.uneven', ...data, answers: countAnswers(answers) },
    },
  ];
}

function row(
  wanted: TrafficArgs,
  { target: one, address, answers }: Result,
): Readonly<Record<string, string>> {
  const counts = Object.entries(countAnswers(answers.filter(({ isAnswered }) => isAnswered)));
  return {
    from: wanted.host,
    address: address === null ? '–' : formatEndpoint(address, one.port),
    service: `${one.namespace}/${one.service}`,
    answers: counts.map(([text, count]) => `${text} ×${count}`).join(', '),
  };
}
