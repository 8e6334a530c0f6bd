// Plan mode: shows what each task would do, and checks what is there when nothing would be done.
import type { Plan } from '../operations/operation.ts';
import type { TaskState } from './events/events.ts';
import { identity, isWork, type HostPhase, type HostTask, type WorkTask } from './tasks/host-task.ts';
import { missingSupport } from './tasks/missing-support.ts';
import { PlannedChanges } from './planned-changes.ts';
import type { Preview } from './preview.ts';
import { recordFailure } from './run-state/record-failure.ts';
import type { RunContext } from './run-request.ts';
import { problemsFound, report, warn } from './tasks/run-task.ts';
import { summarise } from './run-phase.ts';
import { stepView } from './events/step-view.ts';

/** Emits the plan of all phases. */
export function showPlan(phases: readonly HostPhase[], preview: Preview, context: RunContext): void {
  const isSettled = [...preview.values()].every((plan) => !('error' in plan) && !hasWork(plan));
  const changes = new PlannedChanges();
  const show = { preview, isSettled, changes, context };
  for (const { phase, hosts } of phases) {
    const started = context.clock.now();
    context.emit({ type: 'phase.started', phase: phase.name, title: phase.title });
    const states = [...hosts.values()].flat().map((task) => showTask(task, show));
    const durationMs = context.clock.now() - started;
    context.emit({ type: 'phase.finished', phase: phase.name, state: summarise(states), durationMs });
  }
}

interface Show {
  readonly preview: Preview;
  /** Nothing is to be changed, so that what is found now is what counts. */
  readonly isSettled: boolean;
  readonly changes: PlannedChanges;
  readonly context: RunContext;
}

function showTask(task: HostTask, show: Show): TaskState {
  const { preview, isSettled, context } = show;
  if (!isWork(task)) return finish(task, 'skipped', 0, context, `not so: ${task.skipped}`);
  const plan = preview.get(task);
  if (plan === undefined || 'error' in plan) {
    return finish(task, 'skipped', 0, context, missingSupport(task, context) ?? 'the host failed');
  }
  warn(task, plan, context);
  const { problems = [] } = plan;
  if (isSettled && problems.length > 0) {
    const error = recordFailure(task.host, problemsFound(task, problems, context), context, task.task.name);
    return finish(task, 'failed', 0, context, error.message);
  }
  return showSteps(task, plan, show);
}

/** What a task without a failure would do. */
function showSteps(task: WorkTask, plan: Plan, { changes, context }: Show): TaskState {
  const deferred = plan.pending ?? plan.problems?.[0]?.message ?? changes.reason(task, plan);
  changes.add(task, plan, deferred !== undefined);
  if (plan.steps.length === 0 && deferred === undefined) {
    report(task, plan, context);
    return finish(task, 'unchanged', 0, context);
  }
  const steps = plan.steps.map(stepView);
  const operation = task.task.operation.name;
  const more = deferred === undefined ? {} : { deferred: `decided at run time: ${deferred}` };
  context.emit({ type: 'task.planned', ...identity(task), operation, steps, ...more });
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
