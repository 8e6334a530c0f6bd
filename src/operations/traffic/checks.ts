// What the answers of one target come to: a difference, a warning, or a row of the report.
import { formatEndpoint } from '../../core/ip.ts';
import type { TrafficAnswer } from '../../facts/network/traffic-answers.ts';
import { drift } from '../drift.ts';
import type { Problem } from '../operation.ts';
import type { Target, TrafficArgs } from './args.ts';
import { countAnswers, countsInWords, judgeSpread, promiseOf, type SpreadVerdict } from './spread.ts';

/** A target and what it answered. */
export interface TrafficResult {
  readonly target: Target;
  /** `null` when the Service has no cluster IP. */
  readonly address: string | null;
  readonly rounds: readonly (readonly TrafficAnswer[])[];
}

/** Differences of one target: it has no address, does not answer always, or does not take turns in any round. */
export function checkResult(wanted: TrafficArgs, result: TrafficResult): readonly Problem[] {
  const { target: one, address } = result;
  const about = aboutOf(wanted, result);
  if (address === null) {
    const message = `${wanted.host} finds no cluster IP of ${serviceOf(one)}`;
    const hint = `Look whether the Service is there: kubectl -n ${one.namespace} get service ${one.service}`;
    return [drift({ kind: 'traffic.no-address', ...about, expected: 'a cluster IP', message, hint })];
  }
  const answers = answersOf(result);
  const silent = answers.filter(({ isAnswered }) => !isAnswered);
  if (silent.length > 0) return [unanswered(wanted, result, answers, silent)];
  return verdictOf(wanted, result) === 'broken' ? [uneven(wanted, result)] : [];
}

/** A target that has spoken HTTP in one round is to do so in the others: a connection alone is no answer then. */
function answersOf({ rounds }: TrafficResult): readonly TrafficAnswer[] {
  const answers = rounds.flat();
  const isHttp = answers.some(({ status }) => status !== null);
  return isHttp ? answers.map((one) => ({ ...one, isAnswered: one.status !== null })) : answers;
}

/** Services of which no more is known than that they take connections, unless that is all that was asked. */
export function withoutHttp(wanted: TrafficArgs, results: readonly TrafficResult[]): readonly string[] {
  const silent = results.filter((result) => {
    const answers = answersOf(result);
    return (
      result.target.by === 'any' &&
      answers.length > 0 &&
      answers.every(({ isAnswered, status }) => isAnswered && status === null)
    );
  });
  const [first] = silent;
  if (first === undefined) return [];
  const names = [...new Set(silent.map(({ target: one }) => serviceOf(one)))];
  const said = first.rounds.flat()[0]?.text ?? '';
  return [
    `${names.join(', ')} took every connection from ${wanted.host} and spoke no HTTP (${said}), so more was not asked. ` +
      `"probe: tcp" at the Service in the inventory says that this is enough; { http: /PATH } that it is not`,
  ];
}

/** Said when the spread cannot be judged. */
export function spreadWarnings(wanted: TrafficArgs, result: TrafficResult): readonly string[] {
  const answers = answersOf(result);
  // Who took a connection does not show at all.
  if (answers.some(({ isAnswered, status }) => !isAnswered || status === null)) return [];
  if (verdictOf(wanted, result) !== 'untold') return [];
  const message = `the answers of ${placeOf(result)} (${serviceOf(result.target)}) to ${wanted.host} do not tell`;
  return [`${message} which pod they are from, so nobody can see whether the pods take turns`];
}

/** The row that is shown. */
export function resultRow(wanted: TrafficArgs, result: TrafficResult): Readonly<Record<string, string>> {
  const { target: one, address } = result;
  const answers = answersOf(result).filter(({ isAnswered }) => isAnswered);
  const counts = Object.entries(countAnswers(answers.map((answer) => shownAnswer(one, answer))));
  return {
    from: wanted.host,
    address: address === null ? '–' : formatEndpoint(address, one.port),
    service: serviceOf(one),
    answers: counts.map(([text, count]) => `${text} ×${count}`).join(', '),
  };
}

function shownAnswer({ by }: Target, answer: TrafficAnswer): TrafficAnswer {
  return by === 'udp' || answer.status !== null ? answer : { ...answer, text: 'TCP connection' };
}

/** A promise kept in one round is kept: others may have sent in between in the other ones. */
function verdictOf({ scheduler }: TrafficArgs, { target: one, rounds }: TrafficResult): SpreadVerdict {
  if (scheduler === undefined || rounds.flat().some(({ status }) => status === null)) return 'kept';
  const verdicts = rounds.map((answers) => judgeSpread(answers, promiseOf(scheduler), one));
  const ranked: readonly SpreadVerdict[] = ['kept', 'untold', 'broken'];
  return ranked.find((verdict) => verdicts.includes(verdict)) ?? 'kept';
}

function unanswered(
  { host }: TrafficArgs,
  result: TrafficResult,
  answers: readonly TrafficAnswer[],
  silent: readonly TrafficAnswer[],
): Problem {
  const requests = answers.length;
  const answered = requests - silent.length;
  return drift({
    kind: 'traffic.unanswered',
    ...aboutOf({ host }, result),
    expected: `${requests} answers`,
    actual: `${answered} answers`,
    message:
      `${placeOf(result)} (${serviceOf(result.target)}) did not answer ${silent.length} of ${requests} requests ` +
      `from ${host}: ${silent[0]?.text ?? ''}`,
    hint:
      answered === 0
        ? 'The comparison of kernel and API tells whether a node balances the address, and to which pods. With no finding there, look for a firewall, and whether the pods themselves answer'
        : 'When some requests are answered and some are not, one of the pods cannot be reached, or its answers come back without SNAT',
    more: { answered, requests },
  });
}

function uneven({ host, scheduler = '' }: TrafficArgs, result: TrafficResult): Problem {
  const last = result.rounds.at(-1) ?? [];
  const { replicas } = result.target;
  const pods = replicas === undefined ? '' : `, of ${replicas} pods`;
  const promise = promiseOf(scheduler);
  const broken =
    promise === 'even' ? 'do not come by turns' : 'come from several pods, though one client is to get one';
  return drift({
    kind: 'traffic.uneven',
    ...aboutOf({ host }, result),
    expected: promise === 'even' ? 'every pod as often as any other, within one' : 'always the same pod',
    actual: `${countsInWords(last)}${pods}`,
    message: `the answers of ${placeOf(result)} (${serviceOf(result.target)}) to ${host} ${broken} (${scheduler}): ${countsInWords(last)}${pods}`,
    hint: 'The order shows only when nobody else sends to the address at the same time. Otherwise a pod gets nothing: compare its real servers (ipvsadm -Ln)',
    more: { scheduler, answers: countAnswers(last) },
  });
}

function aboutOf({ host }: Pick<TrafficArgs, 'host'>, { target: one, address }: TrafficResult) {
  const owner = { namespace: one.namespace, name: one.service };
  const protocol = one.by === 'udp' ? 'UDP' : 'TCP';
  return { node: host, address, port: one.port, protocol, owner } as const;
}

function placeOf({ target: one, address }: TrafficResult): string {
  const place = formatEndpoint(address ?? '', one.port);
  return one.by === 'tcp' || one.by === 'udp' ? `${one.by}://${place}` : `http://${place}${one.path}`;
}

function serviceOf({ namespace, service }: Target): string {
  return `${namespace}/${service}`;
}
