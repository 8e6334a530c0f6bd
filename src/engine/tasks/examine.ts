// After a failure: looks where the operation says, and tells the likeliest cause beside the error.
import type { BootstrapError, ErrorCode } from '../../core/errors.ts';
import { judge, type Finding, type Witness } from '../../diagnosis/judge.ts';
import { maskLines } from '../../diagnosis/mask.ts';
import type { DiagnosisRequest } from '../../diagnosis/request.ts';
import { lastLines } from '../../facts/diagnosis/sighting.ts';
import { causeView, sightingView } from '../events/diagnosis-view.ts';
import { asBootstrapError } from '../events/failure.ts';
import { lookLimitMs } from '../hosts/looks.ts';
import type { RunContext } from '../run-state/run-context.ts';
import { identity, type WorkTask } from './host-task.ts';

/** Failures of what a host does; the others say themselves what is wrong. */
const examined: readonly ErrorCode[] = ['command.failed', 'command.timeout', 'plan.notEmpty'];

export interface Examined {
  readonly error: BootstrapError;
  /** Emits what was found. */
  tell(): void;
}

/** @returns the error, with the cause's name where one was found; never throws */
export async function examine(
  task: WorkTask,
  thrown: unknown,
  sinceMs: number,
  context: RunContext,
): Promise<Examined> {
  const error = asBootstrapError(thrown);
  const nothing = { error, tell: () => undefined };
  if (!examined.includes(error.code) || context.signal?.aborted === true) return nothing;
  const request = requestOf(task);
  const looked = request === undefined ? [] : await look(request, task, sinceMs, context);
  const witnesses = [...outputOf(error, task), ...looked];
  const findings = judge(witnesses, request ?? {});
  // Where nothing is looked at there is nothing to tell besides a known cause.
  if (request === undefined && findings.length === 0) return nothing;
  return {
    error: withCause(error, findings[0]),
    tell: () => {
      tellDiagnosis(task, 'failed', { findings, witnesses }, context);
    },
  };
}

/** A look that takes longer than this is told of. */
const silentMs = 2000;

/** Says, when it takes a while, that it goes on. */
async function look(
  request: DiagnosisRequest,
  task: WorkTask,
  sinceMs: number,
  { looks, clock, emit }: RunContext,
): Promise<readonly Witness[]> {
  const started = clock.now();
  const stop = clock.every(silentMs, () => {
    const waitedMs = clock.now() - started;
    const reason = 'it failed; looking for the cause';
    emit({ type: 'task.waiting', ...identity(task), reason, waitedMs, limitMs: lookLimitMs });
  });
  try {
    return await looks.witnesses(request, sinceMs);
  } finally {
    stop();
  }
}

/** What the task's operation wants to have looked at. */
export function requestOf({ task: { operation }, args }: WorkTask): DiagnosisRequest | undefined {
  return operation.diagnosis?.(args);
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly witnesses: readonly Witness[];
}

export function tellDiagnosis(
  task: WorkTask,
  when: 'failed' | 'slow',
  { findings, witnesses }: Diagnosis,
  { emit }: RunContext,
): void {
  emit({
    type: 'task.diagnosed',
    ...identity(task),
    when,
    causes: findings.map(causeView),
    seen: witnesses.map(sightingView),
  });
}

/** Of what a failed command said; kubeadm names all its checks. */
const mostLines = 100;

/** What the failed command said is seen as well. */
function outputOf({ detail, message, where }: BootstrapError, { host }: WorkTask): readonly Witness[] {
  const place = where !== undefined && 'host' in where ? where.host : host;
  const lines = maskLines(lastLines((detail ?? message).split('\n'), mostLines));
  return [{ host: place, source: 'output', of: 'the command', lines }];
}

function withCause(error: BootstrapError, finding: Finding | undefined): BootstrapError {
  if (finding === undefined) return error;
  return error.with({ data: { ...error.data, diagnosis: finding.id } });
}
