// Answers an operation's questions from the `facts` of a test case.
import { isDeepStrictEqual } from 'node:util';
import { ask, type Fact, type FactQuery } from '../../src/facts/fact.ts';
import type { FactNeed, FactReader } from '../../src/operations/operation.ts';

/** `fact.name` or `fact.name@host` → value, or a list of `{ args, value }` when the fact is asked several ways. */
export type CaseFacts = Readonly<Record<string, unknown>>;

/** What one question gives, where a fact is asked several ways. */
export interface Answer {
  readonly args: unknown;
  readonly value: unknown;
}

/**
 * A reader that knows the case's values only. Asking for a fact that `needs` did not name throws, as in the engine;
 * so does a fact for which the case has no value.
 */
export function createCaseReader(
  facts: CaseFacts,
  needs: readonly FactNeed[],
  known: ReadonlyMap<string, Fact<unknown, unknown>>,
): FactReader {
  const named = new Set(needs.map((need) => place(need.query, need.host)));
  return {
    get<Value>(query: FactQuery<Value>, host?: string): Value {
      if (!named.has(place(query, host))) throw new Error(`needs() does not name ${subject(query, host)}`);
      return find(facts, query, host, known) as Value;
    },
  };
}

function find(
  facts: CaseFacts,
  query: FactQuery<unknown>,
  host: string | undefined,
  known: ReadonlyMap<string, Fact<unknown, unknown>>,
): unknown {
  const name = subject(query, host);
  if (!Object.hasOwn(facts, name)) throw new Error(`the case has no fact ${name}`);
  const given = facts[name];
  if (!isAnswers(given)) return given;
  const fact = known.get(query.name);
  if (fact === undefined) throw new Error(`src/facts exports no fact ${query.name}`);
  const answer = given.find(({ args }) => ask(fact, args).key === query.key);
  if (answer === undefined) throw new Error(`the case has no ${name} for this question:\n${query.key}`);
  return answer.value;
}

export function isAnswers(value: unknown): value is readonly Answer[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => isDeepStrictEqual(Object.keys(item as object).sort(), ['args', 'value']))
  );
}

function subject(query: FactQuery<unknown>, host: string | undefined): string {
  return host === undefined ? query.name : `${query.name}@${host}`;
}

function place(query: FactQuery<unknown>, host: string | undefined): string {
  return `${host ?? ''}\n${query.key}`;
}
