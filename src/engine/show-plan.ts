// Plan mode: shows what each task would do, and checks what is there when nothing would be done.
import type { Plan } from '../operations/operation.ts';
import type { TaskState } from './events.ts';
import { identity, isWork, type HostPhase, type HostTask } from './host-task.ts';
import type { Preview } from './preview.ts';
import { recordFailure } from './record-failure.ts';
import type { RunContext } from './run-plan.ts';
import { problemsFound, report, warn } from './run-task.ts';
import { summarise } from './run-phase.ts';
import { stepView } from './views.ts';

/** Emits the plan of all phases. */
export function showPlan(phases: readonly HostPhase[], preview: Preview, context: RunContext): void {
  const isSettled = [...preview.values()].every((plan) => !('error' in plan) && !hasWork(plan));
  for (const { phase, hosts } of phases) {
    const started = context.clock.now();
    context.emit({ type: 'phase.started', phase: phase.name, title: phase.title });
    const states = [...hosts.values()].flat().map((task) => showTask(task, preview, isSettled, context));
    const durationMs = context.clock.now() - started;
    context.emit({ type: 'phase.finished', phase: phase.name, state: summarise(states), durationMs });
  }
}

function showTask(task: HostTask, preview: Preview, isSettled: boolean, context: RunContext): TaskState {
  if (!isWork(task)) return finish(task, 'skipped', 0, context, `not so: ${task.skipped}`);
  const plan = preview.get(task);
  if (plan === undefined || 'error' in plan) return finish(task, 'skipped', 0, context, 'the host failed');
  warn(task, plan, context);
  const { problems = [] } = plan;
  if (isSettled && problems.length > 0) {
    const error = recordFailure(task.host, problemsFound(task, problems, context), context, task.task.name);
    return finish(task, 'failed', 0, context, error.message);
  }
  const deferred = plan.pending ?? problems[0]?.message;
  if (plan.steps.length === 0 && deferred === undefined) {
    report(task, plan, context);
    return finish(task, 'unchanged', 0, context);
  }
  const steps = plan.steps.map(stepView);
  const more = deferred === undefined ? {} : { deferred: `decided at run time: ${deferred}` };
  context.emit({ type: 'task.planned', ...identity(task), steps, ...more });
  return finish(task, 'planned', steps.length, context, deferred);
}

function hasWork({ steps, pending }: Plan): boolean {
  return steps.length > 0 || pending !== undefined;
}

function finish(
  task: HostTask,
  state: TaskState,
  steps: number,
  { emit, ledger }: RunContext,
  reason?: string,
): TaskState {
  ledger.finish(task.host, state, steps);
  const more = reason === undefined ? {} : { reason };
  emit({ type: 'task.finished', ...identity(task), state, steps, durationMs: 0, ...more });
  return state;
}
