// Checks a task's `with` against the operation's own schema: early with expressions in it, and in full for a host.
import type { z } from 'zod';
import type { BootstrapError } from '../core/errors.ts';
import type { Operation } from '../operations/operation.ts';
import { describeIssue } from '../source/issue.ts';
import { withoutEchoes } from '../source/mistake.ts';
import type { DocumentPath } from '../source/path.ts';
import type { Source } from '../source/source.ts';
import { expressionLeaves } from './leaf.ts';
import type { Task } from './task.ts';

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

/**
 * Mistakes in the values that expressions gave, each shown at its expression.
 * @param filled what the task's `with` came to for the host: the file itself has no such values
 */
export function checkFilled(
  { source, path: at, operation, with: written }: Task,
  filled: { readonly host: string; readonly with: unknown },
  issues: readonly Issue[],
): readonly BootstrapError[] {
  const leaves = expressionLeaves(written).map((leaf) => leaf.path);
  const checked = { document: { with: filled.with }, schema: operation.args, at: ['with'] };
  const mistakes = withoutEchoes(issues.flatMap((issue) => describeIssue(issue, checked)));
  return mistakes.map(({ message, hint, part, path: [, ...inside] }) => {
    const leaf = leaves.find((candidate) => startsWith(inside, candidate));
    const mistake = { message, path: [...at, 'with', ...(leaf ?? inside)] };
    if (leaf === undefined) return source.error('playbook.invalid', { ...mistake, part, hint });
    const about = `This is about the value that the expression gives for ${filled.host}.`;
    return source.error('playbook.invalid', { ...mistake, hint: about });
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
