// What a plan says besides its steps, as events: reports, warnings and problems.
import { count } from '../../core/count.ts';
import { defined } from '../../core/defined.ts';
import { BootstrapError, type ErrorCode } from '../../core/errors.ts';
import type { Plan, Problem } from '../../operations/operation.ts';
import type { RunContext } from '../run-state/run-context.ts';
import { identity, type WorkTask } from './host-task.ts';

/** Emits what an operation wants to have shown. */
export function report(task: WorkTask, { report: rows = [], data }: Plan, { emit }: RunContext): void {
  if (rows.length === 0 && data === undefined) return;
  emit({ type: 'report', ...identity(task), rows, ...defined({ data }) });
}

export function warn(task: WorkTask, { warnings = [] }: Plan, { emit }: RunContext): void {
  for (const message of warnings) emit({ type: 'task.warning', ...identity(task), message });
}

export function problemCode({ task }: WorkTask): ErrorCode {
  return task.operation.problemCode ?? 'preflight.failed';
}

/** Emits every problem and gives the one error that stands for them. */
export function problemsFound(
  task: WorkTask,
  problems: readonly Problem[],
  { emit }: RunContext,
): BootstrapError {
  const code = problemCode(task);
  for (const { message, hint, data } of problems) {
    emit({ type: 'problem', ...identity(task), code, message, ...defined({ hint, data }) });
  }
  return new BootstrapError(code, `${count(problems.length, 'problem')} found`, {
    where: { host: task.host, task: task.task.name },
    data: { problems: problems.length },
  });
}
