// Waiting for what an operation calls pending: looks again and again, ever more seldom, until the task's time is over.
import { BootstrapError } from '../../core/errors.ts';
import { defined } from '../../core/defined.ts';
import type { Finding } from '../../diagnosis/judge.ts';
import type { RunContext } from '../run-state/run-context.ts';
import { identity, type WorkTask } from './host-task.ts';
import { SlowLook } from './slow-look.ts';

const firstPauseMs = 500;
const longestPauseMs = 5000;
/** So whatever it waits for, at most a fifth more time goes by than was needed, as long as that is below the longest. */
const share = 1 / 5;

export class Wait {
  readonly #task: WorkTask;
  readonly #context: RunContext;
  #startedAt: number | undefined;
  #limitMs: number;
  readonly #slow: SlowLook;

  constructor(task: WorkTask, context: RunContext) {
    this.#task = task;
    this.#context = context;
    this.#limitMs = task.task.waitMs;
    this.#slow = new SlowLook(task, context);
  }

  /** Shortens the time to this many milliseconds. */
  limit(milliseconds: number): void {
    this.#limitMs = Math.min(this.#limitMs, milliseconds);
  }

  /** Whether there is time left. */
  get isOver(): boolean {
    return this.#waitedMs >= this.#limitMs;
  }

  /** Nobody waits any more. */
  end(): void {
    this.#slow.end();
  }

  /**
   * Sleeps before the next look.
   * @param hint what to do when it was in vain
   * @throws BootstrapError `command.timeout` when the time is over, `command.failed` when it is known to be in vain,
   *   `interrupted` when the run is.
   */
  async pause(reason: string, hint?: string): Promise<void> {
    const { clock, emit, signal } = this.#context;
    const limitMs = this.#limitMs;
    this.#startedAt ??= clock.now();
    const waitedMs = this.#waitedMs;
    if (this.isOver) throw timeout(this.#task, reason, limitMs, hint);
    this.#slow.notice(waitedMs);
    const { fatal, cause } = this.#slow;
    if (fatal !== undefined) throw inVain(this.#task, reason, waitedMs, fatal);
    emit({ type: 'task.waiting', ...identity(this.#task), reason, waitedMs, limitMs, ...defined({ cause }) });
    try {
      const pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, waitedMs * share));
      await clock.sleep(Math.min(pauseMs, limitMs - waitedMs), signal);
    } catch (cause) {
      throw new BootstrapError('interrupted', `interrupted while waiting: ${reason}`, { cause });
    }
  }

  get #waitedMs(): number {
    return this.#startedAt === undefined ? 0 : this.#context.clock.now() - this.#startedAt;
  }
}

function inVain({ host, task }: WorkTask, reason: string, waitedMs: number, { id }: Finding): BootstrapError {
  const waited = `waited ${Math.round(waitedMs / 1000)} s, and no longer, as this does not come right by itself`;
  return new BootstrapError('command.failed', `${reason} (${waited})`, {
    where: { host, task: task.name },
    data: { diagnosis: id },
  });
}

function timeout(
  { host, task }: WorkTask,
  reason: string,
  limitMs: number,
  hint = 'Run the same command again: it goes on from where this run ended.',
): BootstrapError {
  const waited = limitMs === 0 ? 'the task does not wait' : `waited ${Math.round(limitMs / 1000)} s`;
  return new BootstrapError('command.timeout', `${reason} (${waited})`, {
    where: { host, task: task.name },
    hint,
    data: { limitMs },
  });
}
