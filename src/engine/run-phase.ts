// A phase: every host goes through its tasks in order, hosts at the same time, serial tasks one host at a time.
import { defined } from '../core/defined.ts';
import type { BootstrapError } from '../core/errors.ts';
import type { BoundTask } from '../playbook/task.ts';
import type { TaskState } from './events/events.ts';
import { summarise } from './run-state/ledger.ts';
import { recordFailure } from './run-state/record-failure.ts';
import type { RunContext } from './run-state/run-context.ts';
import { SerialTurns } from './serial-turns.ts';
import { noProgress, type Progress } from './tasks/apply-steps.ts';
import { examine } from './tasks/examine.ts';
import {
  identity,
  isCheck,
  isWork,
  type HostPhase,
  type HostTask,
  type WorkTask,
} from './tasks/host-task.ts';
import { failureElsewhere } from './tasks/missing-support.ts';
import { runTask } from './tasks/run-task.ts';

type Turns = ReadonlyMap<BoundTask, SerialTurns>;

/** Runs a phase on the hosts that have not failed. Failures go to the ledger; it never throws. */
export async function runPhase({ phase, hosts }: HostPhase, context: RunContext): Promise<void> {
  const { emit, clock, ledger, facts } = context;
  const started = clock.now();
  emit({ type: 'phase.started', phase: phase.name, title: phase.title });
  facts.renew();
  const sequences = [...hosts].filter(([host]) => !ledger.hasFailed(host));
  const turns = turnsOf(phase.tasks, new Map(sequences));
  const states = await Promise.all(
    sequences.map(([host, tasks]) => runSequence(host, tasks, turns, context)),
  );
  const state = summarise(states.flat());
  emit({ type: 'phase.finished', phase: phase.name, state, durationMs: clock.now() - started });
}

function turnsOf(tasks: readonly BoundTask[], hosts: ReadonlyMap<string, readonly HostTask[]>): Turns {
  const serial = tasks.filter((task) => task.serial);
  return new Map(
    serial.map((task) => {
      const order = [...hosts].filter(([, list]) => list.some((item) => item.task === task));
      return [task, new SerialTurns(order.map(([host]) => host))];
    }),
  );
}

/** One host's way through the phase. */
async function runSequence(
  host: string,
  tasks: readonly HostTask[],
  turns: Turns,
  context: RunContext,
): Promise<readonly TaskState[]> {
  const states: TaskState[] = [];
  let obstacle: string | undefined;
  for (const [index, task] of tasks.entries()) {
    const turn = turns.get(task.task);
    if (obstacle === undefined && (await turn?.wait(host)) === false)
      obstacle = 'a host before it did not come through';
    obstacle ??= haltReason(context);
    const failure = earlierFailure(task, context);
    const reason = obstacle ?? failure;
    const state: TaskState =
      reason === undefined
        ? await attempt(task, tasks.slice(index + 1), context)
        : skip(task, reason, context);
    // What was left out because of a failure keeps no check behind it from being made.
    if (failure === undefined) obstacle ??= obstacleAfter(task, state, context);
    turn?.finish(host, obstacle === undefined && failure === undefined);
    states.push(state);
  }
  return states;
}

/** A check does not build on the checks before it: all differences are named in one run. */
function earlierFailure(task: HostTask, { ledger }: RunContext): string | undefined {
  const mayTakePlace = isCheck(task) ? !ledger.isBroken(task.host) : !ledger.hasFailed(task.host);
  return mayTakePlace ? undefined : 'an earlier task failed';
}

/** Why the tasks behind this one do not take place on its host. */
function obstacleAfter(task: HostTask, state: TaskState, context: RunContext): string | undefined {
  if (state === 'failed') return earlierFailure(task, context);
  if (state !== 'skipped' || !isWork(task)) return undefined;
  return haltReason(context) ?? 'an earlier task was left out';
}

function haltReason({ ledger, signal }: RunContext): string | undefined {
  if (signal?.aborted === true) ledger.interrupt();
  return ledger.isHalted ? 'the run was stopped' : undefined;
}

async function attempt(task: HostTask, next: readonly HostTask[], context: RunContext): Promise<TaskState> {
  if (!isWork(task)) return skip(task, `not so: ${task.skipped}`, context);
  return context.limiter.run(async () => {
    // It may have waited for its place for a while.
    const obstacle = haltReason(context);
    return obstacle === undefined ? work(task, next, context) : skip(task, obstacle, context);
  });
}

async function work(task: WorkTask, next: readonly HostTask[], context: RunContext): Promise<TaskState> {
  const { emit, clock, ledger } = context;
  const started = clock.now();
  const progress = noProgress();
  const finish = (state: TaskState, reason?: string): TaskState => {
    const result = { state, steps: progress.applied, durationMs: clock.now() - started };
    ledger.finish(task.host, state, progress.applied);
    emit({
      type: 'task.finished',
      ...identity(task),
      ...result,
      ...defined({ reason }),
    });
    return state;
  };
  emit({ type: 'task.started', ...identity(task) });
  try {
    const leftOut = await runTask(task, context, next, progress);
    if (leftOut !== undefined) return finish('skipped', leftOut);
    return finish(progress.applied > 0 ? 'changed' : 'unchanged');
  } catch (thrown) {
    const leftOut = failureElsewhere(task, thrown, context);
    if (leftOut !== undefined && progress.applied === 0) return finish('skipped', leftOut);
    const examined = await examine(task, thrown, clock.now() - started, context);
    const error = recordFailure(task.host, examined.error, context, task.task.name);
    examined.tell();
    if (error.code === 'interrupted') warnOfEnd(task, error, progress, context);
    return finish(error.code === 'interrupted' ? 'skipped' : 'failed', error.message);
  }
}

/** Says what became of the step that ran when everything was to stop at once. */
function warnOfEnd(
  task: WorkTask,
  { data }: BootstrapError,
  { unanswered }: Progress,
  { emit, killSignal }: RunContext,
): void {
  const [step] = unanswered;
  if (killSignal?.aborted !== true || step === undefined) return;
  const message =
    data?.isRunning === true
      ? `"${step.title}" could not be ended and may still run there; it keeps other runs out until it has ended`
      : `"${step.title}" was ended in the middle; the next run looks how far it came, and goes on`;
  emit({ type: 'task.warning', ...identity(task), message });
}

function skip(task: HostTask, reason: string, { emit, ledger }: RunContext): TaskState {
  ledger.finish(task.host, 'skipped', 0);
  emit({ type: 'task.finished', ...identity(task), state: 'skipped', steps: 0, durationMs: 0, reason });
  return 'skipped';
}
