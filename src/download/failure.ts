// Why one try has failed: in words, with what can be done, and whether it makes sense to try again.
import { BootstrapError } from '../core/errors.ts';
import { shownUrl } from './urls.ts';

export interface FailureDetails {
  /** What the user can do, as a sentence. */
  readonly hint: string;
  /** Whether the next try may well be better. */
  readonly isPassing?: boolean;
  /** Seconds that the server asks to wait. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** The failure of one try; its message is the reason, without the URL. */
export class WebFailure extends Error {
  override readonly name = 'WebFailure';
  readonly hint: string;
  readonly isPassing: boolean;
  readonly retryAfter: number | undefined;

  constructor(reason: string, { hint, isPassing = false, retryAfter, cause }: FailureDetails) {
    super(reason, { cause });
    this.hint = hint;
    this.isPassing = isPassing;
    this.retryAfter = retryAfter;
  }
}

/** The error for the user, after so many tries. */
export function downloadError(url: string, failure: WebFailure, tries: number): BootstrapError {
  const often = tries > 1 ? ` (tried ${tries} times)` : '';
  const message = `${shownUrl(url)} cannot be fetched: ${failure.message}${often}`;
  return new BootstrapError('download.failed', message, { hint: failure.hint, cause: failure });
}

/** Whether nothing came from the server, as against something that is not believed. */
export function isUnreached(error: unknown): error is BootstrapError {
  return error instanceof BootstrapError && error.cause instanceof WebFailure;
}

/** The error of work that ended because its user wanted so. */
export function interruptedError(url: string, cause: unknown): BootstrapError {
  return new BootstrapError('interrupted', `interrupted while ${shownUrl(url)} was fetched`, { cause });
}
