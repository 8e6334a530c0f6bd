// The life of one task on one host: plan, apply, plan again until nothing is left to do.
import { BootstrapError } from '../../core/errors.ts';
import type { Plan } from '../../operations/operation.ts';
import type { RunContext } from '../run-state/run-context.ts';
import { Applying } from './apply-again.ts';
import type { Progress } from './apply-steps.ts';
import { isCheck, type HostTask, type WorkTask } from './host-task.ts';
import { missingSupport } from './missing-support.ts';
import { planTask } from './plan-task.ts';
import { problemsFound, report, warn } from './task-findings.ts';
import { Wait } from './wait.ts';

/**
 * Brings the host to the wanted state.
 * @param next the tasks that follow on this host, whose facts may be read along
 * @param progress counts the steps as they are done
 * @returns why the task was left out, when it was
 * @throws BootstrapError: what failed, or `plan.notEmpty` when the steps did not lead to the wanted state.
 */
export async function runTask(
  task: WorkTask,
  context: RunContext,
  next: readonly HostTask[],
  progress: Progress,
): Promise<string | undefined> {
  const wait = new Wait(task, context);
  try {
    return await bring(task, context, next, progress, wait);
  } finally {
    wait.end();
  }
}

async function bring(
  task: WorkTask,
  context: RunContext,
  next: readonly HostTask[],
  progress: Progress,
  wait: Wait,
): Promise<string | undefined> {
  const applying = new Applying(task, progress, context);
  let mayApply = true;
  let plan = await planTask(task, context, next);
  warn(task, plan, context);
  for (;;) {
    const obstacle = obstacleOf(task, plan, wait, context);
    const leftOut =
      plan.steps.length > 0 || plan.pending !== undefined ? missingSupport(task, context) : undefined;
    if (leftOut !== undefined) return leftOut;
    if (obstacle === undefined && plan.steps.length > 0) {
      if (!mayApply) throw notEmpty(task, plan);
      const isDone = await applying.apply(plan.steps);
      mayApply = !isDone;
      if (isDone && task.task.operation.repeats !== undefined) break;
      plan = await planTask(task, context, next.slice(0, 1));
      continue;
    }
    const reason = obstacle ?? plan.pending;
    if (reason === undefined) break;
    await wait.pause(reason, plan.pendingHint);
    // What was waited for may ask for steps of its own.
    mayApply = true;
    context.facts.drop(task.host, task.needs);
    plan = await planTask(task, context);
  }
  report(task, plan, context);
  return undefined;
}

/**
 * A difference must still be there after so long: host and API are not read in the same moment, and kube-proxy follows
 * within a second where nothing is wrong.
 */
const confirmMs = 10_000;

/**
 * Problems end the task, with one exception: a check that fails is made again for a while; after this run has changed
 * something for the task's whole time, because a cluster takes a while to follow.
 * @returns what is being waited for, or undefined when there are no problems
 */
function obstacleOf(task: WorkTask, plan: Plan, wait: Wait, context: RunContext): string | undefined {
  const [first] = plan.problems ?? [];
  if (first === undefined) return undefined;
  if (isCheck(task)) {
    if (!context.facts.hasSeenChange) wait.limit(confirmMs);
    if (!wait.isOver) return first.message;
  }
  // The table is for people when all is well; programs want to see what the problems are about.
  report(task, { ...plan, report: [] }, context);
  throw problemsFound(task, plan.problems ?? [], context);
}

function notEmpty({ host, task }: WorkTask, plan: Plan): BootstrapError {
  const steps = plan.steps.map(({ title }) => title);
  return new BootstrapError('plan.notEmpty', 'the steps did not lead to the wanted state; still to do:', {
    where: { host, task: task.name },
    detail: steps.map((title) => `- ${title}`).join('\n'),
    data: { steps },
  });
}
