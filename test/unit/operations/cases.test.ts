// Runs every case under test/cases/operations; test/cases/README.md explains the format.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { driftFields, driftKinds } from '../../../src/operations/drift.ts';
import { findOperation, operations } from '../../../src/operations/registry.ts';
import { loadFacts } from '../../support/all-facts.ts';
import { createCaseReader } from '../../support/case-facts.ts';
import { toCaseStep } from '../../support/case-steps.ts';
import { loadCases, type CaseFile } from '../../support/cases.ts';

const problem = z.strictObject({ message: z.string(), hint: z.string().optional(), data: z.unknown() });
const operationCase = z.strictObject({
  args: z.unknown(),
  facts: z.record(z.string(), z.unknown()).default({}),
  steps: z.array(z.looseObject({ title: z.string() })),
  problems: z.array(problem.partial({ data: true })).default([]),
  pending: z.string().optional(),
  pendingHint: z.string().optional(),
  warnings: z.array(z.string()).default([]),
  report: z.array(z.record(z.string(), z.string())).optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});

const facts = await loadFacts();
const cases = loadCases('operations');

function isNoOp(file: CaseFile): boolean {
  const { steps, problems, pending } = operationCase.parse(file.data);
  return steps.length === 0 && problems.length === 0 && pending === undefined;
}

for (const { subject, title, file, data } of cases) {
  it(`${subject} ${title}`, () => {
    const operation = findOperation(subject);
    if (operation === undefined) throw new Error(`${file}: there is no operation ${subject}`);
    const wanted = operationCase.parse(data);
    const args = operation.args.parse(wanted.args);
    const plan = operation.plan(args, createCaseReader(wanted.facts, operation.needs(args), facts));

    expect(plan.steps.map((step) => step.title)).toEqual(wanted.steps.map((step) => step.title));
    expect(plan.steps.map(toCaseStep)).toMatchObject(wanted.steps);
    expect(plan.problems ?? []).toMatchObject(wanted.problems);
    expect(plan.pending).toBe(wanted.pending);
    expect(plan.pendingHint).toBe(wanted.pendingHint);
    expect(plan.warnings ?? []).toEqual(wanted.warnings);
    if (wanted.report !== undefined) expect(plan.report).toEqual(wanted.report);
    if (wanted.data !== undefined) expect(plan.data).toMatchObject(wanted.data);
  });
}

describe('a difference', () => {
  const isCheck = ({ subject }: CaseFile) => findOperation(subject)?.problemCode === 'verify.drift';

  it.each(
    cases.filter(isCheck).map(({ subject, title, data }) => [`${subject} ${title}`, subject, data] as const),
  )('has a known kind and all fields: %s', (_title, subject, data) => {
    const operation = findOperation(subject);
    if (operation === undefined) throw new Error(`there is no operation ${subject}`);
    const { args, facts: given } = operationCase.parse(data);
    const parsed = operation.args.parse(args);
    const plan = operation.plan(parsed, createCaseReader(given, operation.needs(parsed), facts));
    for (const { message, hint, data: found } of plan.problems ?? []) {
      expect(driftKinds, message).toContain(found?.['kind']);
      expect(Object.keys(found ?? {}), message).toEqual(expect.arrayContaining([...driftFields]));
      expect(hint, message).toBeTruthy();
    }
  });
});

describe('the registry', () => {
  it('names every operation once, as noun.endState', () => {
    const names = operations.map((operation) => operation.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\.[a-z][A-Za-z]*$/);
  });

  it.each(operations.map(({ name }) => name))('has a case in which %s finds nothing to do', (name) => {
    const own = cases.filter((file) => file.subject === name);
    expect(own.some(isNoOp)).toBe(true);
  });
});
