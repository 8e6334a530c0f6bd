// How often each pod answered, and whether that is what the scheduler promises.
import type { TrafficAnswer } from '../../facts/network/traffic-answers.ts';

/** `even`: each as often as any other, within one. `same`: one client always gets the same pod. */
export type SpreadPromise = 'even' | 'same' | 'any';

/** What an IPVS scheduler promises one client that opens connections one after the other. */
export function promiseOf(scheduler: string): SpreadPromise {
  // kube-proxy gives every pod the weight 1, so weighted turns are turns.
  if (scheduler === 'rr' || scheduler === 'wrr') return 'even';
  return scheduler === 'sh' || scheduler === 'dh' ? 'same' : 'any';
}

/** Number of answers by their text, in the order of their first coming. */
export function countAnswers(answers: readonly TrafficAnswer[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { text } of answers) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** `nginx-a 3 times, nginx-b 1 times` */
export function countsInWords(answers: readonly TrafficAnswer[]): string {
  return Object.entries(countAnswers(answers))
    .map(([text, count]) => `${text} ${count} times`)
    .join(', ');
}

interface Pods {
  /** How many there are, where that is known. */
  readonly replicas?: number | undefined;
  /** What their names begin with. */
  readonly deployment?: string | undefined;
}

/** `untold`: the answers do not tell which pod they are from. */
export type SpreadVerdict = 'kept' | 'broken' | 'untold';

/** Whether the answers of one round are spread as promised. All of them must have been answered. */
export function judgeSpread(
  answers: readonly TrafficAnswer[],
  promise: SpreadPromise,
  { replicas, deployment }: Pods,
): SpreadVerdict {
  const counts = countAnswers(answers);
  const texts = Object.keys(counts);
  const isNamed = deployment !== undefined && texts.every((text) => text.startsWith(`${deployment}-`));
  if (promise === 'any' || answers.length === 0) return 'kept';
  if (promise === 'same' && texts.length === 1) return 'kept';
  if (promise === 'same') return isNamed ? 'broken' : 'untold';
  return judgeTurns(counts, isNamed, answers.length, replicas);
}

function judgeTurns(
  counts: Readonly<Record<string, number>>,
  isNamed: boolean,
  requests: number,
  replicas: number | undefined,
): SpreadVerdict {
  const texts = Object.keys(counts);
  const expected = replicas === undefined ? texts.length : Math.min(replicas, requests);
  const numbers = Object.values(counts);
  const isEven = Math.max(...numbers) - Math.min(...numbers) <= 1;
  if (isEven && texts.length === expected) return 'kept';
  // One text for all, or more texts than pods, may well be what every pod answers.
  const isTelling = isNamed || (texts.length > 1 && texts.length <= expected);
  return isTelling ? 'broken' : 'untold';
}
