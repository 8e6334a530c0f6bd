// The errors of a request that did not get its answer.
import { BootstrapError } from '../../core/errors.ts';
import { tail } from '../../core/tail.ts';

const shownStderr = 2000;

export function lost(host: string, what: string, cause?: unknown): BootstrapError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new BootstrapError('connect.lost', `${host}: ${what}${why}`, {
    where: { host },
    hint: 'Run again: what is done already is not done twice.',
    cause,
  });
}

export function commandTimeout(host: string, milliseconds: number, stderr: string): BootstrapError {
  const said = tail(stderr, shownStderr);
  return new BootstrapError(
    'command.timeout',
    `a command on ${host} did not end within ${milliseconds / 1000} s and was stopped`,
    { where: { host }, detail: said === '' ? undefined : said, data: { limitMs: milliseconds } },
  );
}

export function interrupted(host: string, signal: AbortSignal | undefined): BootstrapError {
  const reason: unknown = signal?.reason;
  return new BootstrapError('interrupted', `the request to ${host} was interrupted`, {
    where: { host },
    cause: reason,
  });
}

/** The failure of what was stopped, with what is known of its end. */
export function stopped(failure: Error, isEnded: boolean): Error {
  if (isEnded || !(failure instanceof BootstrapError)) return failure;
  const hint =
    'It could not be ended, and may still run there: look for it (ps -ef) before anything is tried again.';
  return failure.with({ hint, data: { ...failure.data, isRunning: true } });
}

export function uploadFailed(host: string, path: string, exitCode: number, stderr: string): BootstrapError {
  return new BootstrapError(
    'command.failed',
    `writing ${path} on ${host} failed with exit code ${exitCode}`,
    { where: { host }, detail: tail(stderr, shownStderr), data: { exitCode, path } },
  );
}
