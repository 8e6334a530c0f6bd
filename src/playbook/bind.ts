// Phases × hosts → what the engine runs: hosts selected, conditions decided, arguments evaluated and checked.
import { BootstrapError } from '../core/errors.ts';
import { didYouMean, nearest } from '../core/nearest.ts';
import { Secret } from '../core/secret.ts';
import { evaluateExpression, type ExpressionContext } from '../render/expression.ts';
import type { DocumentPath } from '../source/path.ts';
import { joinWords, showTyped, showValue } from '../source/words.ts';
import { checkFilled } from './check-with.ts';
import { placeOf, throwAll } from './errors.ts';
import { fillLeaf } from './leaf.ts';
import { mistakeAt } from './load-phase.ts';
import { controllerName, groupNames, selectHosts, type TargetHost } from './select-hosts.ts';
import type { BoundHost, BoundPhase, BoundTask, Phase, Task } from './task.ts';

export interface BindTarget {
  /** All hosts of the inventory, in its order: groups such as first-control-plane are taken from these. */
  readonly hosts: readonly TargetHost[];
  /** When given, only these of the selected hosts take part, and the controller. */
  readonly limit?: readonly string[] | undefined;
  /** What expressions see for a host. */
  contextOf(host: string): ExpressionContext;
}

/**
 * Evaluates everything that can be known before a host is touched.
 * @throws ErrorList of `playbook.invalid`: all mistakes over all tasks and hosts, each once.
 */
export function bindPhases(phases: readonly Phase[], target: BindTarget): readonly BoundPhase[] {
  const errors: BootstrapError[] = [];
  const bound = phases.map(({ name, title, tasks }) => ({
    name,
    title,
    tasks: tasks.map((task) => bindTask(task, target, errors)),
  }));
  throwAll(errors);
  return bound;
}

function bindTask(task: Task, target: BindTarget, errors: BootstrapError[]): BoundTask {
  // What one host's values do wrong at a place, the next one's mostly do as well.
  const seen = new Set<string>();
  const hosts = selected(task, target, errors).flatMap((host): BoundHost[] => {
    const result = bindHost(task, host, target.contextOf(host));
    if (!Array.isArray(result)) return [result as BoundHost];
    const found = result as readonly BootstrapError[];
    errors.push(...found.filter((error) => !seen.has(placeOf(error))));
    for (const error of found) seen.add(placeOf(error));
    return [];
  });
  const { name, operation, serial, waitMs, source, path } = task;
  return { name, operation, serial, waitMs, hosts, where: source.at(path) };
}

function selected(task: Task, { hosts, limit }: BindTarget, errors: BootstrapError[]): readonly string[] {
  const names = selectHosts(task.on, hosts);
  if (names !== undefined) {
    return names.filter((name) => name === controllerName || (limit?.includes(name) ?? true));
  }
  const choices = [...groupNames, ...hosts.map(({ name }) => name)];
  const near = nearest(task.on, choices);
  const hint = near === undefined ? `Groups are ${joinWords(groupNames, 'and')}.` : didYouMean(near);
  const message = `there is no group or host ${showValue(task.on)}`;
  errors.push(task.source.error('playbook.invalid', { message, path: [...task.path, 'on'], hint }));
  return [];
}

/** The host's arguments, or what is wrong with them. */
function bindHost(
  task: Task,
  host: string,
  context: ExpressionContext,
): BoundHost | readonly BootstrapError[] {
  const conditions = task.when.map((text, index) => decide(task, text, index, context));
  const errors = conditions.filter((result) => result instanceof BootstrapError);
  if (errors.length > 0) return errors;
  const unmet = conditions.indexOf(false);
  if (unmet !== -1) return { host, skipped: task.when[unmet]?.trim() ?? '' };
  return bindArgs(task, host, context);
}

function decide(
  { source, path }: Task,
  text: string,
  index: number,
  context: ExpressionContext,
): boolean | BootstrapError {
  const place = [...path, 'when', index];
  try {
    const value = evaluateExpression(text, context);
    if (typeof value === 'boolean') return value;
    const message = `the condition must give true or false, gives ${value === null ? 'nil' : showTyped(value)}`;
    const hint = 'Compare it, for example with "!= nil".';
    return source.error('playbook.invalid', { message, path: place, hint });
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    return mistakeAt(source, place, { error, written: text.trim() });
  }
}

function bindArgs(
  task: Task,
  host: string,
  context: ExpressionContext,
): BoundHost | readonly BootstrapError[] {
  const { source, operation } = task;
  const path = [...task.path, 'with'];
  const errors: BootstrapError[] = [];
  const filled = fill(task.with, [], (text, leaf) => {
    const result = fillLeaf(text, context);
    if ('value' in result) return result.value;
    errors.push(...result.mistakes.map((mistake) => mistakeAt(source, [...path, ...leaf], mistake)));
    return undefined;
  });
  if (errors.length > 0) return errors;
  const parsed = operation.args.safeParse(filled);
  if (parsed.success) return { host, args: parsed.data };
  return checkFilled(task, { host, with: filled }, parsed.error.issues);
}

/** Replaces the texts of plain data; what an expression gave is not looked into again. */
function fill(
  value: unknown,
  path: DocumentPath,
  replace: (text: string, path: DocumentPath) => unknown,
): unknown {
  if (typeof value === 'string') return value.includes('${{') ? replace(value, path) : value;
  if (Array.isArray(value)) return value.map((item, index) => fill(item, [...path, index], replace));
  if (typeof value !== 'object' || value === null || value instanceof Secret) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fill(item, [...path, key], replace)]),
  );
}
