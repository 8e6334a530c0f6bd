// How often each pod answered, and whether that is what round robin promises.
import type { TrafficAnswer } from '../facts/traffic-answers.ts';

/** Number of answers by their text, in the order of their first coming. */
export function countAnswers(answers: readonly TrafficAnswer[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { text } of answers) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/**
 * What is wrong with the spread, in words; undefined when it is even: all that answer do so equally often within one,
 * and they are as many as there are replicas (or requests, when these are fewer).
 */
export function unevenSpread(
  answers: readonly TrafficAnswer[],
  replicas: number | undefined,
): string | undefined {
  const counts = Object.entries(countAnswers(answers));
  const numbers = counts.map(([, count]) => count);
  const expected = replicas === undefined ? counts.length : Math.min(replicas, answers.length);
  const isEven = numbers.length === 0 || Math.max(...numbers) - Math.min(...numbers) <= 1;
  if (isEven && counts.length === expected) return undefined;
  const said = counts.map(([text, count]) => `${text} ${count} times`).join(', ');
  return replicas === undefined ? said : `${said}, of ${replicas} pods`;
}
