// Plan mode: shows what each task would do, and checks what is there when nothing would be done.
import { defined } from '../core/defined.ts';
import type { Plan } from '../operations/operation.ts';
import type { TaskState } from './events/events.ts';
import { stepView } from './events/step-view.ts';
import { PlannedChanges } from './planned-changes.ts';
import type { Preview } from './preview.ts';
import { summarise } from './run-state/ledger.ts';
import { recordFailure } from './run-state/record-failure.ts';
import type { RunContext } from './run-state/run-context.ts';
import { identity, isWork, type HostPhase, type HostTask, type WorkTask } from './tasks/host-task.ts';
import { missingSupport } from './tasks/missing-support.ts';
import { problemsFound, report, warn } from './tasks/task-findings.ts';

/** Emits the plan of all phases. */
export function showPlan(phases: readonly HostPhase[], preview: Preview, context: RunContext): void {
  const isSettled = [...preview.values()].every((plan) => !('error' in plan) && !hasWork(plan));
  const changes = new PlannedChanges();
  const shown = { preview, isSettled, changes, context };
  for (const { phase, hosts } of phases) {
    const started = context.clock.now();
    context.emit({ type: 'phase.started', phase: phase.name, title: phase.title });
    const states = [...hosts.values()].flat().map((task) => showTask(task, shown));
    const durationMs = context.clock.now() - started;
    context.emit({ type: 'phase.finished', phase: phase.name, state: summarise(states), durationMs });
  }
}

interface ShownPlan {
  readonly preview: Preview;
  /** Nothing is to be changed, so that what is found now is what counts. */
  readonly isSettled: boolean;
  readonly changes: PlannedChanges;
  readonly context: RunContext;
}

function showTask(task: HostTask, shown: ShownPlan): TaskState {
  const { preview, isSettled, context } = shown;
  if (!isWork(task)) return finish(task, context, { state: 'skipped', reason: `not so: ${task.skipped}` });
  const plan = preview.get(task);
  if (plan === undefined || 'error' in plan) {
    return finish(task, context, {
      state: 'skipped',
      reason: missingSupport(task, context) ?? 'the host failed',
    });
  }
  warn(task, plan, context);
  const { problems = [] } = plan;
  if (isSettled && problems.length > 0) {
    const error = recordFailure(task.host, problemsFound(task, problems, context), context, task.task.name);
    return finish(task, context, { state: 'failed', reason: error.message });
  }
  return showSteps(task, plan, shown);
}

/** What a task without a failure would do. */
function showSteps(task: WorkTask, plan: Plan, { changes, context }: ShownPlan): TaskState {
  const deferred = plan.pending ?? plan.problems?.[0]?.message ?? changes.reason(task, plan);
  changes.add(task, plan, deferred !== undefined);
  if (plan.steps.length === 0 && deferred === undefined) {
    report(task, plan, context);
    return finish(task, context, { state: 'unchanged' });
  }
  const steps = plan.steps.map(stepView);
  const operation = task.task.operation.name;
  const more = deferred && `decided at run time: ${deferred}`;
  context.emit({ type: 'task.planned', ...identity(task), operation, steps, ...defined({ deferred: more }) });
  return finish(task, context, { state: 'planned', steps: steps.length, reason: deferred });
}

function hasWork({ steps, pending }: Plan): boolean {
  return steps.length > 0 || pending !== undefined;
}

interface Outcome {
  readonly state: TaskState;
  readonly steps?: number;
  readonly reason?: string | undefined;
}

function finish(
  task: HostTask,
  { emit, ledger }: RunContext,
  { state, steps = 0, reason }: Outcome,
): TaskState {
  ledger.finish(task.host, state, steps);
  emit({ type: 'task.finished', ...identity(task), state, steps, durationMs: 0, ...defined({ reason }) });
  return state;
}
