// Why one try has failed: in words, with what can be done, and whether it makes sense to try again.
import { BootstrapError } from '../core/errors.ts';
import { shownUrl } from './urls.ts';

export interface FailureDetails {
  /** What the user can do, as a sentence. */
  readonly hint: string;
  /** Whether the next try may well be better. */
  readonly isPassing?: boolean;
  /** Whether there is no server that works, as against one that says no or is not believed. */
  readonly isUnreached?: boolean;
  /** Seconds that the server asks to wait. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** The failure of one try; its message is the reason, without the URL. */
export class WebFailure extends Error {
  override readonly name = 'WebFailure';
  readonly hint: string;
  readonly isPassing: boolean;
  readonly isUnreached: boolean;
  readonly retryAfter: number | undefined;

  constructor(reason: string, details: FailureDetails) {
    const { hint, isPassing = false, isUnreached: isAway = false, retryAfter, cause } = details;
    super(reason, { cause });
    this.hint = hint;
    this.isPassing = isPassing;
    this.isUnreached = isAway;
    this.retryAfter = retryAfter;
  }
}

/** The error for the user, after so many tries. */
export function downloadError(url: string, failure: WebFailure, tries: number): BootstrapError {
  const often = tries > 1 ? ` (tried ${tries} times)` : '';
  const message = `${shownUrl(url)} cannot be fetched: ${failure.message}${often}`;
  return new BootstrapError('download.failed', message, { hint: failure.hint, cause: failure });
}

/** Whether no server that works was reached: no wrong login, no typing error, and no certificate that is not trusted. */
export function isUnreached(error: unknown): error is BootstrapError {
  return error instanceof BootstrapError && error.cause instanceof WebFailure && error.cause.isUnreached;
}

/** The error of work that ended because its user wanted so. */
export function interruptedError(url: string, cause: unknown): BootstrapError {
  return new BootstrapError('interrupted', `interrupted while ${shownUrl(url)} was fetched`, { cause });
}
