// Checks a task's `with` against the operation's own schema: early with expressions in it, and in full for a host.
import type { z } from 'zod';
import type { BootstrapError } from '../core/errors.ts';
import type { Operation } from '../operations/operation.ts';
import { formatPath, type DocumentPath } from '../source/path.ts';
import type { Source } from '../source/source.ts';
import { expressionLeaves } from './leaf.ts';

type Issue = z.core.$ZodIssue;

/** Mistakes that no value of the expressions could mend. */
export function checkWritten(
  source: Source,
  path: DocumentPath,
  operation: Operation,
  value: unknown,
): readonly BootstrapError[] {
  const parsed = operation.args.safeParse(value);
  if (parsed.success) return [];
  const leaves = expressionLeaves(value).map((leaf) => leaf.path);
  const certain = parsed.error.issues.filter((issue) => isCertain(issue, leaves));
  return source.errorsFrom(certain, 'playbook.invalid', operation.args, path);
}

/** Mistakes in the values that expressions gave; the issues' own words, because the file has no such value. */
export function checkFilled(
  source: Source,
  path: DocumentPath,
  written: unknown,
  issues: readonly Issue[],
): readonly BootstrapError[] {
  const leaves = expressionLeaves(written).map((leaf) => leaf.path);
  return issues.map((issue) => {
    const leaf = leaves.find((candidate) => startsWith(issue.path, candidate));
    const subject = formatPath(['with', ...issue.path]);
    const message = `${subject}: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
    const hint = leaf === undefined ? undefined : 'This is about the value that the expression gives.';
    return source.error('playbook.invalid', message, [...path, ...(leaf ?? issue.path)], 'value', { hint });
  });
}

function isCertain(issue: Issue, leaves: readonly DocumentPath[]): boolean {
  if (leaves.length === 0 || issue.code === 'unrecognized_keys') return true;
  if (issue.code === 'custom') return false;
  return !leaves.some((leaf) => startsWith(leaf, issue.path) || startsWith(issue.path, leaf));
}

function startsWith(path: DocumentPath, start: DocumentPath): boolean {
  return start.length <= path.length && start.every((key, index) => key === path[index]);
}
