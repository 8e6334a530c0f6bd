// What the tasks of a plan are about to change, for those after them whose steps hang on it.
import type { Plan, PlannedChange, Step } from '../operations/operation.ts';
import type { WorkTask } from './tasks/host-task.ts';

interface Change {
  readonly operation: string;
  readonly host: string;
  readonly path?: string | undefined;
}

export class PlannedChanges {
  readonly #changes: Change[] = [];

  /** Remembers what a task is about to do, also when nobody knows yet what exactly. */
  add({ task, host }: WorkTask, { steps }: Plan, isDeferred: boolean): void {
    const operation = task.operation.name;
    if (isDeferred) this.#changes.push({ operation, host });
    for (const step of steps) {
      this.#changes.push({ operation, host: step.on ?? host, path: pathOf(step) });
    }
  }

  /** Why the task's steps are decided only when it runs, as far as earlier changes are the reason. */
  reason(task: WorkTask, { unsettled }: Plan): string | undefined {
    if (unsettled !== undefined && this.#changes.length > 0) return unsettled;
    const { operation } = task.task;
    const change = this.#changes.find((one) => operation.reactsTo?.(task.args, seenFrom(task.host, one)));
    if (change === undefined) return undefined;
    return change.path === undefined
      ? `it hangs on what ${change.operation} does before`
      : `${change.path} changes before`;
  }
}

function seenFrom(host: string, change: Change): PlannedChange {
  const { operation, path } = change;
  return { operation, isHere: change.host === host, path };
}

function pathOf(step: Step): string | undefined {
  return step.kind === 'exec' ? undefined : step.path;
}
