// A phase file → typed tasks. All mistakes that can be known without the hosts are found here, all at once.
import type { BootstrapError } from '../core/errors.ts';
import { didYouMean, nearest } from '../core/nearest.ts';
import type { Operation } from '../operations/operation.ts';
import type { DocumentPath } from '../source/path.ts';
import { byPosition, type Source } from '../source/source.ts';
import { showValue } from '../source/words.ts';
import { checkWritten } from './check-with.ts';
import { throwAll } from './errors.ts';
import { checkLeaf, expressionLeaves, soleExpression, type LeafMistake } from './leaf.ts';
import { maxTasks, phaseSchema, taskKeys, type PhaseFile, type TaskEntry } from './schema.ts';
import type { Phase, Task } from './task.ts';

type Operations = ReadonlyMap<string, Operation>;

/**
 * Reads a phase from its file.
 * @param known the operations that tasks can name
 * @throws ErrorList of `playbook.invalid`, each with its position.
 */
export function loadPhase(source: Source, known: readonly Operation[]): Phase {
  const operations = new Map(known.map((operation) => [operation.name, operation]));
  const parsed = phaseSchema.safeParse(source.value);
  // Tasks are looked at even when the file has other mistakes, so that all come at once.
  const errors = parsed.success
    ? []
    : source.errorsFrom(parsed.error.issues, 'playbook.invalid', phaseSchema);
  const entries = rawTasks(source.value);
  const tasks = entries.flatMap((task, index) => checkTask(source, operations, task, index));
  throwAll([...errors, ...tasks, ...repeatedNames(source, entries)].sort(byPosition));
  return typed(source, parsed.data as PhaseFile, operations);
}

function typed(source: Source, file: PhaseFile, operations: Operations): Phase {
  const tasks = file.tasks.flatMap((entry, index): Task[] => {
    const operation = operations.get(entry.op);
    return operation === undefined ? [] : [typedTask(source, entry, operation, ['tasks', index])];
  });
  return { name: file.name, title: file.title, tasks };
}

function typedTask(source: Source, entry: TaskEntry, operation: Operation, path: DocumentPath): Task {
  return {
    name: entry.name,
    operation,
    on: entry.on,
    with: entry.with,
    when: entry.when.map((condition) => soleExpression(condition) ?? condition),
    serial: entry.serial,
    waitMs: entry.wait ?? 0,
    source,
    path,
  };
}

interface RawTask {
  readonly op?: unknown;
  readonly with?: unknown;
  readonly when?: unknown;
}

function rawTasks(value: unknown): readonly unknown[] {
  const tasks = isMap(value) ? value['tasks'] : undefined;
  return Array.isArray(tasks) ? tasks.slice(0, maxTasks) : [];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkTask(
  source: Source,
  operations: Operations,
  task: unknown,
  index: number,
): readonly BootstrapError[] {
  if (!isMap(task)) return [];
  const path = ['tasks', index];
  return [
    ...checkOperation(source, operations, task, path),
    ...checkExpressions(source, task, path),
    ...checkConditions(source, task, path),
  ];
}

function checkOperation(
  source: Source,
  operations: Operations,
  task: RawTask,
  path: DocumentPath,
): readonly BootstrapError[] {
  if (typeof task.op !== 'string') return [];
  const operation = operations.get(task.op);
  if (operation !== undefined) {
    const value = task.with ?? (hasUnknownKey(task) ? undefined : {});
    return isMap(value) ? checkWritten(source, [...path, 'with'], operation, value) : [];
  }
  const near = nearest(task.op, [...operations.keys()]);
  const hint = near === undefined ? 'All operations are in docs/reference/operations.md.' : didYouMean(near);
  const message = `there is no operation ${showValue(task.op)}`;
  return [source.error('playbook.invalid', { message, path: [...path, 'op'], hint })];
}

/** An unknown key beside a missing `with` was surely meant to be it: the arguments are not missing as well. */
function hasUnknownKey(task: RawTask): boolean {
  return Object.keys(task).some((key) => !taskKeys.includes(key));
}

function checkExpressions(source: Source, task: RawTask, path: DocumentPath): readonly BootstrapError[] {
  const leaves = [
    ...expressionLeaves(task.with, [...path, 'with']),
    ...expressionLeaves(task.when, [...path, 'when']),
  ];
  return leaves.flatMap(({ path: place, text }) =>
    checkLeaf(text).map((mistake) => mistakeAt(source, place, mistake)),
  );
}

function checkConditions(source: Source, task: RawTask, path: DocumentPath): readonly BootstrapError[] {
  if (!Array.isArray(task.when)) return [];
  return task.when.flatMap((condition: unknown, index) => {
    if (typeof condition !== 'string' || soleExpression(condition) !== undefined) return [];
    const message = 'a condition must be one expression in ${{ }}';
    const hint = condition.includes('${{')
      ? 'Write all of it inside one ${{ }}, or make several conditions of it.'
      : `Write '\${{ ${showValue(condition).slice(1, -1)} }}', in quotes.`;
    return [source.error('playbook.invalid', { message, path: [...path, 'when', index], hint })];
  });
}

function repeatedNames(source: Source, tasks: readonly unknown[]): readonly BootstrapError[] {
  const first = new Map<string, number>();
  return tasks.flatMap((task, index) => {
    const name = isMap(task) && typeof task['name'] === 'string' ? task['name'].trim() : '';
    const earlier = first.get(name);
    if (name === '' || earlier === undefined) {
      first.set(name, index);
      return [];
    }
    const message = 'another task of this phase has the same name';
    const path = ['tasks', index, 'name'];
    return [source.error('playbook.invalid', { message, path, other: ['tasks', earlier, 'name'] })];
  });
}

/** Gives an error of an expression its place. */
export function mistakeAt(
  source: Source,
  path: DocumentPath,
  { error, written }: LeafMistake,
): BootstrapError {
  const { message, hint } = error;
  return source.error('playbook.invalid', { message, path, hint, written });
}
