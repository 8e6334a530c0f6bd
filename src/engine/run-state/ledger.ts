// The book of a run: what became of each host's tasks, who failed, whether the run goes on.
import { defined } from '../../core/defined.ts';
import type { BootstrapError, ErrorCode } from '../../core/errors.ts';
import { exitCodes, type ExitCode } from '../../core/exit-codes.ts';
import type { HostSummary, TaskState } from '../events/events.ts';
import { errorView } from '../events/failure.ts';

interface Account {
  changed: number;
  unchanged: number;
  skipped: number;
  failed: number;
  steps: number;
  error?: BootstrapError;
}

/** These errors end the shell in which they happen, and with it a lock that lives by it. */
const endOfShell: readonly ErrorCode[] = ['connect.lost', 'command.timeout'];

export class Ledger {
  readonly #accounts = new Map<string, Account>();
  readonly #errors: BootstrapError[] = [];
  readonly #maxFailures: number | undefined;
  readonly #lockHost: string | undefined;
  #failedHosts = 0;
  #isInterrupted = false;
  #isLockLost = false;

  /**
   * @param maxFailures see RunOptions
   * @param lockHost the host that holds the run's lock, if any
   */
  constructor(hosts: readonly string[], maxFailures?: number, lockHost?: string) {
    for (const host of hosts) this.#account(host);
    this.#maxFailures = maxFailures;
    this.#lockHost = lockHost;
  }

  /** A task's end; planned ones count as changed. */
  finish(host: string, state: TaskState, steps: number): void {
    const account = this.#account(host);
    account[state === 'planned' ? 'changed' : state] += 1;
    account.steps += steps;
  }

  /** A host's first error takes it out of the run; what a check found matters less than what comes after. */
  fail(host: string, error: BootstrapError): void {
    this.#errors.push(error);
    const place = error.where !== undefined && 'host' in error.where ? error.where.host : host;
    if (place === this.#lockHost && endOfShell.includes(error.code)) this.#isLockLost = true;
    const account = this.#account(host);
    const isFirst = account.error === undefined;
    const isWorse = account.error?.code === 'verify.drift' && error.code !== 'verify.drift';
    if (isFirst) this.#failedHosts += 1;
    if (isFirst || isWorse) account.error = error;
  }

  interrupt(): void {
    this.#isInterrupted = true;
  }

  hasFailed(host: string): boolean {
    return this.#accounts.get(host)?.error !== undefined;
  }

  /** Whether it failed in a way that others feel: a host where a check found a difference still serves them. */
  isBroken(host: string): boolean {
    const error = this.#accounts.get(host)?.error;
    return error !== undefined && error.code !== 'verify.drift';
  }

  /** Whether a lock lives by the connection to this host. */
  keepsLock(host: string): boolean {
    return host === this.#lockHost;
  }

  /** No further phase may start. */
  get isOver(): boolean {
    return this.#isInterrupted || this.#isLockLost || this.#failedHosts > (this.#maxFailures ?? 0);
  }

  /** No further task may start: without the lock, another run may have begun. */
  get isHalted(): boolean {
    return this.#isInterrupted || this.#isLockLost || (this.#maxFailures !== undefined && this.isOver);
  }

  /** Whether any task changed its host, or would; also one whose steps are decided only when it runs. */
  get hasChanges(): boolean {
    return [...this.#accounts.values()].some(({ changed }) => changed > 0);
  }

  get errors(): readonly BootstrapError[] {
    return this.#errors;
  }

  get summaries(): readonly HostSummary[] {
    return [...this.#accounts].map(([host, { error, ...counts }]) => ({
      host,
      ...counts,
      ...defined({ error: error && errorView(error) }),
    }));
  }

  /**
   * An interruption decides, then a bug of ours and a lock, then what made the hosts fail: its code when all failed
   * for the same reason, "some hosts failed" when not. Without a failure, whether a plan has anything to do.
   */
  exitCode(mode: 'apply' | 'plan'): ExitCode {
    if (this.#isInterrupted) return exitCodes.interrupted;
    const found = new Set([...this.#accounts.values()].flatMap(({ error }) => error?.exitCode ?? []));
    const [first, ...others] = found;
    for (const decisive of [exitCodes.internal, exitCodes.locked]) if (found.has(decisive)) return decisive;
    if (first !== undefined) return others.length === 0 ? first : exitCodes.someHostsFailed;
    return mode === 'plan' && this.hasChanges ? exitCodes.changesNeeded : exitCodes.done;
  }

  #account(host: string): Account {
    const known = this.#accounts.get(host);
    if (known !== undefined) return known;
    const account = { changed: 0, unchanged: 0, skipped: 0, failed: 0, steps: 0 };
    this.#accounts.set(host, account);
    return account;
  }
}

/** The phase's state from those of its tasks. */
export function summarise(states: readonly TaskState[]): TaskState {
  const rank: readonly TaskState[] = ['failed', 'planned', 'changed', 'unchanged'];
  return rank.find((state) => states.includes(state)) ?? 'skipped';
}
