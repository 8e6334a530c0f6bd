// The preview: every fact of every task in one flight per host, and a plan of everything from these.
import { asError, type BootstrapError } from '../core/errors.ts';
import type { Plan } from '../operations/operation.ts';
import { recordFailure } from './run-state/record-failure.ts';
import type { RunContext } from './run-state/run-context.ts';
import { withHeartbeat } from './tasks/heartbeat.ts';
import { needsByHost, workOf, type HostPhase, type WorkTask } from './tasks/host-task.ts';
import { failureElsewhere } from './tasks/missing-support.ts';
import { planTask } from './tasks/plan-task.ts';
import { problemCode, problemsFound, warn } from './tasks/task-findings.ts';

/** What each task comes to with things as they are. */
export type Preview = ReadonlyMap<WorkTask, Plan | Failure>;

/** A task that could not be planned. */
export interface Failure {
  readonly error: unknown;
}

/** Plans all tasks; never throws. */
export async function previewAll(phases: readonly HostPhase[], context: RunContext): Promise<Preview> {
  const { clock, facts, emit, limiter } = context;
  const started = clock.now();
  const tasks = workOf(phases).filter(({ host }) => !context.ledger.hasFailed(host));
  const needs = needsByHost(tasks);
  const reading = [...needs].map(([host, all]) =>
    limiter.run(() =>
      withHeartbeat(
        clock,
        (waitedMs) => {
          emit({ type: 'host.waiting', host, reason: 'reading what is there', waitedMs });
        },
        () => facts.read(host, all),
      ),
    ),
  );
  // Who needs a fact that failed is told when planning.
  await Promise.allSettled(reading);
  emit({ type: 'facts.read', hosts: needs.size, facts: facts.asked, durationMs: clock.now() - started });
  const plans = tasks.map(async (task): Promise<readonly [WorkTask, Plan | Failure]> => {
    try {
      return [task, await planTask(task, context)];
    } catch (error) {
      return [task, { error }];
    }
  });
  return new Map(await Promise.all(plans));
}

/**
 * Reports, over all hosts, what keeps the run from starting: tasks that cannot be planned, and problems. A drift that
 * a check found is none: the run may mend it. Whoever mends a problem should know of the warnings, too.
 */
export function reportObstacles(preview: Preview, context: RunContext): void {
  const told = new Set<string>();
  for (const [task, plan] of preview) {
    const error = obstacle(task, plan, context);
    if (error === undefined || ('error' in plan && told.has(task.host))) continue;
    if (failureElsewhere(task, error, context) !== undefined) continue;
    // A host whose connection is gone fails all its tasks: once is enough.
    told.add(task.host);
    recordFailure(task.host, error, context, task.task.name);
  }
  // A run that goes on says them itself.
  if (!context.ledger.isOver) return;
  for (const [task, plan] of preview) if (!('error' in plan)) warn(task, plan, context);
}

function obstacle(
  task: WorkTask,
  plan: Plan | Failure,
  context: RunContext,
): BootstrapError | Error | undefined {
  if ('error' in plan) return asError(plan.error);
  return isProblem(task, plan) ? problemsFound(task, plan.problems ?? [], context) : undefined;
}

function isProblem(task: WorkTask, { problems = [] }: Plan): boolean {
  return problems.length > 0 && problemCode(task) !== 'verify.drift';
}
