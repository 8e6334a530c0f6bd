// The test cases of operations as things to plan with: their arguments and what their facts say.
import type { FactQuery } from '../../src/facts/fact.ts';
import type { FactReader, Operation } from '../../src/operations/operation.ts';
import { findOperation } from '../../src/operations/registry.ts';
import { loadFacts } from './all-facts.ts';
import { createCaseReader, type CaseFacts } from './case-facts.ts';
import { loadCases } from './cases.ts';

export interface PlannedCase {
  /** Operation and title. */
  readonly name: string;
  readonly operation: Operation;
  /** As the case writes them, unchecked. */
  readonly args: unknown;
  readonly facts: CaseFacts;
}

const known = await loadFacts();

/** All cases of all operations. */
export function plannedCases(): readonly PlannedCase[] {
  return loadCases('operations').map(({ subject, title, file, data }) => {
    const operation = findOperation(subject);
    if (operation === undefined) throw new Error(`${file}: there is no operation ${subject}`);
    const { args, facts = {} } = data as { readonly args: unknown; readonly facts?: CaseFacts };
    return { name: `${subject} ${title}`, operation, args, facts };
  });
}

/** Answers the questions of an operation from a case's facts. */
export function readerOf(operation: Operation, args: unknown, facts: CaseFacts): FactReader {
  return createCaseReader(facts, operation.needs(args), known);
}

/** The operation of a case for the engine: its questions are asked, and answered with what the case says. */
export function answeredOperation({ operation, facts }: PlannedCase): Operation {
  return {
    ...operation,
    needs: (args) => {
      const reader = readerOf(operation, args, facts);
      return operation.needs(args).map((need) => {
        const parse = (): unknown => reader.get(need.query, need.host);
        return { ...need, query: { ...need.query, parse } satisfies FactQuery<unknown> };
      });
    },
  };
}
