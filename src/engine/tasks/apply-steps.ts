// Applies a task's steps in order and stops at the first that fails. Quick steps share a round trip.
import { defined } from '../../core/defined.ts';
import { BootstrapError } from '../../core/errors.ts';
import type { Host, HostRequest, HostResult } from '../../core/host.ts';
import { tail } from '../../core/tail.ts';
import type { Step, UploadStep } from '../../operations/operation.ts';
import { stepView } from '../events/step-view.ts';
import type { RunContext } from '../run-state/run-context.ts';
import { withHeartbeat } from './heartbeat.ts';
import { identity, type WorkTask } from './host-task.ts';
import { SlowLook } from './slow-look.ts';
import { installRequest, prepareRequest, stepRequest, temporaryPath } from './step-commands.ts';

/** A step that may take longer goes alone, so that an interruption can come before the next. */
const quickMs = 120_000;
/** So many steps share a round trip at most: an interruption waits for all of them. */
const mostTogether = 16;

type QuickStep = Exclude<Step, UploadStep>;

interface Batch {
  readonly host: string;
  readonly steps: readonly Step[];
}

/** How far a task has come. */
export interface Progress {
  /** How many steps were applied. */
  applied: number;
  /** What was sent and not answered: after a failure nobody knows whether it was done. */
  unanswered: readonly Step[];
}

export function noProgress(): Progress {
  return { applied: 0, unanswered: [] };
}

/**
 * @throws BootstrapError `command.failed` with the step's title and the end of its stderr, `interrupted` between
 *   steps, or an error of the transport.
 */
export async function applySteps(
  task: WorkTask,
  steps: readonly Step[],
  progress: Progress,
  context: RunContext,
): Promise<void> {
  for (const batch of batches(steps, task.host)) {
    if (context.signal?.aborted === true) throw interrupted(batch);
    await context.lockWatch.check();
    const host = await context.pool.get(batch.host);
    progress.unanswered = batch.steps;
    try {
      await applyBatch(host, batch, { task, progress, context });
    } finally {
      // Also after a failure: nobody knows how far it came.
      context.facts.changed(batch.host);
      if (batch.host !== task.host) context.facts.changed(task.host);
    }
  }
}

/** Steps that follow each other on one host and are quick, together; every other step alone. */
function batches(steps: readonly Step[], ownHost: string): readonly Batch[] {
  const all: { host: string; steps: Step[] }[] = [];
  for (const step of steps) {
    const host = step.on ?? ownHost;
    const last = all.at(-1);
    const previous = last?.steps.at(-1);
    const joins =
      last?.host === host && last.steps.length < mostTogether && isQuick(step) && isQuick(previous);
    if (joins) last.steps.push(step);
    else all.push({ host, steps: [step] });
  }
  return all;
}

function isQuick(step: Step | undefined): boolean {
  if (step === undefined || step.kind === 'upload') return false;
  return step.kind !== 'exec' || (step.timeoutMs ?? 0) <= quickMs;
}

interface RunningTask {
  readonly task: WorkTask;
  readonly progress: Progress;
  readonly context: RunContext;
}

async function applyBatch(host: Host, batch: Batch, running: RunningTask): Promise<void> {
  const [first] = batch.steps;
  if (first?.kind === 'upload') {
    await observe(first, running, () => upload(host, first, running));
    return;
  }
  const steps = batch.steps.filter((step): step is QuickStep => step.kind !== 'upload');
  const answers = sendAll(host, steps.map(stepRequest));
  try {
    for (const [index, step] of steps.entries()) {
      await observe(step, running, async () => {
        check(running.task, step, await answers[index]);
      });
    }
  } finally {
    // Those behind a failed one are answered as skipped: the host is at rest when this returns.
    await Promise.allSettled(answers);
  }
}

/** Issues the requests without waiting; each but the first depends on the one before. */
function sendAll(host: Host, requests: readonly HostRequest[]): readonly Promise<HostResult>[] {
  return requests.map((request, index) => {
    const answer = host.run(index === 0 ? request : { ...request, onlyAfterSuccess: true });
    // Handled where it is awaited; an earlier failure means that nobody awaits it.
    answer.catch(() => undefined);
    return answer;
  });
}

async function observe(
  step: Step,
  { task, progress, context }: RunningTask,
  action: () => Promise<void>,
): Promise<void> {
  const { emit, clock } = context;
  const started = clock.now();
  const event = { ...identity(task), step: stepView(step) };
  const limitMs = step.kind === 'exec' ? step.timeoutMs : undefined;
  emit({ type: 'step.started', ...event });
  const slow = new SlowLook(task, context);
  const tell = (waitedMs: number): void => {
    slow.notice(waitedMs);
    const { cause } = slow;
    emit({ type: 'step.waiting', ...event, waitedMs, ...defined({ limitMs, cause }) });
  };
  try {
    await withHeartbeat(clock, tell, action);
  } finally {
    slow.end();
  }
  progress.applied += 1;
  progress.unanswered = progress.unanswered.slice(1);
  emit({ type: 'step.finished', ...event, durationMs: clock.now() - started });
}

async function upload(host: Host, step: UploadStep, { task, context }: RunningTask): Promise<void> {
  const view = stepView(step);
  let shown = 0;
  const prepared = host.run(prepareRequest(step));
  const sent = host.upload({
    localPath: step.localPath,
    path: temporaryPath(step.path),
    mode: 0o600,
    onProgress: (sentBytes) => {
      const fraction = step.size === 0 ? 1 : Math.min(1, sentBytes / step.size);
      if (fraction - shown < 0.01) return;
      shown = fraction;
      context.emit({ type: 'step.progress', ...identity(task), step: view, fraction });
    },
  });
  sent.catch(() => undefined);
  check(task, step, await prepared.finally(() => Promise.allSettled([sent])));
  await sent;
  check(task, step, await host.run(installRequest(step)));
}

function check({ host, task }: WorkTask, step: Step, result: HostResult | undefined): void {
  if (result === undefined || result.exitCode === 0) return;
  const output = result.stderr.trim() === '' ? result.stdout : result.stderr;
  throw new BootstrapError('command.failed', `${step.title}: exit code ${result.exitCode}`, {
    where: { host: step.on ?? host, task: task.name },
    detail: tail(output),
    data: { exitCode: result.exitCode },
  });
}

function interrupted({ host, steps }: Batch): BootstrapError {
  return new BootstrapError('interrupted', `interrupted before "${steps[0]?.title ?? ''}"`, {
    where: { host },
  });
}
