// Trying again: after which failures it is worth it and safe, how long to wait, and when to give up.
import type { Clock } from '../../core/clock.ts';
import { BootstrapError, type ErrorCode } from '../../core/errors.ts';
import type { Step } from '../../operations/operation.ts';

/** Nobody tries again longer than this after the first failure. */
export const retryDeadlineMs = 90_000;
const firstPauseMs = 1000;
const longestPauseMs = 15_000;
const growth = 2;

/** Failures to open a connection anew: nothing was sent. They pass when sshd was restarted or a network was away. */
const nothingSent: readonly ErrorCode[] = [
  'connect.refused',
  'connect.timeout',
  'connect.unreachable',
  'connect.handshake',
];

export interface RetryPorts {
  readonly clock: Clock;
  /** From 0 up to 1: spreads the tries of many hosts. */
  readonly random: () => number;
  readonly signal: AbortSignal | undefined;
  /** Whether a second connection to this host does what the first did: not where it keeps a lock. */
  readonly mayReconnect: (host: string) => boolean;
}

/** One try more, and what is to be said about it. */
export interface NextTry {
  readonly host: string;
  readonly error: BootstrapError;
  /** How many times it was tried before. */
  readonly attempt: number;
  readonly pauseMs: number;
}

/** The tries of one thing. */
export class Retry {
  readonly #ports: RetryPorts;
  #attempts = 0;
  #giveUpAt: number | undefined;

  constructor(ports: RetryPorts) {
    this.#ports = ports;
  }

  /**
   * @param unanswered the steps that were sent and not answered; none when only questions were asked
   * @returns undefined when it must not be tried again
   */
  next(thrown: unknown, unanswered: readonly Step[] = []): NextTry | undefined {
    const { clock, mayReconnect } = this.#ports;
    if (!(thrown instanceof BootstrapError) || thrown.where === undefined || 'file' in thrown.where) return;
    const { host } = thrown.where;
    if (!mayReconnect(host) || !isHarmless(thrown, unanswered)) return;
    this.#giveUpAt ??= clock.now() + retryDeadlineMs;
    const pauseMs = this.#pauseMs();
    if (clock.now() + pauseMs > this.#giveUpAt) return;
    this.#attempts += 1;
    return { host, error: thrown, attempt: this.#attempts, pauseMs };
  }

  /** @throws BootstrapError `interrupted` when the run is. */
  async pause({ pauseMs }: NextTry): Promise<void> {
    try {
      await this.#ports.clock.sleep(pauseMs, this.#ports.signal);
    } catch (cause) {
      throw new BootstrapError('interrupted', 'interrupted before trying again', { cause });
    }
  }

  /** Twice as long each time, less up to a half by chance. */
  #pauseMs(): number {
    const whole = Math.min(longestPauseMs, firstPauseMs * growth ** this.#attempts);
    return Math.round(whole * (1 - this.#ports.random() / 2));
  }
}

/** A command that may have begun is never repeated; files are written under another name and renamed, as often as one likes. */
function isHarmless({ code, data }: BootstrapError, unanswered: readonly Step[]): boolean {
  // Whoever is not let in has sent nothing either.
  if (nothingSent.includes(code) || data?.isPassing === true) return true;
  return code === 'connect.lost' && unanswered.every((step) => step.kind !== 'exec');
}
