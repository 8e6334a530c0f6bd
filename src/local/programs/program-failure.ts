// Turns the failure of a program into an error, with the last things the program said.
import { ExecaError, type Options } from 'execa';
import { asError, BootstrapError } from '../../core/errors.ts';

/** The error to throw for what execa threw: `interrupted` or `command.failed`; anything else is returned as it is. */
export function programError(
  program: string,
  args: readonly string[],
  error: unknown,
  signal: AbortSignal | undefined,
): unknown {
  if (!isExecaError(error)) return error;
  // Ctrl-C on a terminal reaches the programs before it reaches whoever aborts the signal.
  if (signal?.aborted === true || error.signal === 'SIGINT') return interrupted(error);
  const command = [program, ...args].join(' ').slice(0, 300);
  const detail = lastWords(error);
  return new BootstrapError(
    'command.failed',
    error.code === 'ENOENT'
      ? `the program ${program} is not installed`
      : `${program} failed (${howItEnded(error)})`,
    { detail: `${command}\n${detail}`.trim(), data: { exitCode: error.exitCode }, cause: error },
  );
}

function isExecaError(error: unknown): error is ExecaError<Options & { all: true }> {
  return error instanceof ExecaError;
}

function howItEnded(error: ExecaError<Options & { all: true }>): string {
  if (error.exitCode !== undefined) return `exit status ${error.exitCode}`;
  return error.signal === undefined ? error.shortMessage : `signal ${error.signal}`;
}

/** The end of what it printed; without its results where they would hide what it said of its failure. */
function lastWords({ all, stderr }: ExecaError<Options & { all: true }>): string {
  const printed = lastLines(all, 20);
  return printed.includes(lastLines(stderr, 1)) ? printed : lastLines(stderr, 20);
}

function lastLines(text: unknown, count: number): string {
  return typeof text === 'string' ? text.trimEnd().split('\n').slice(-count).join('\n') : '';
}

/** The error of work that ended because its user wanted so. */
export function interrupted(cause: unknown): BootstrapError {
  return new BootstrapError('interrupted', 'interrupted', { cause });
}

/** What a program said before it failed, by the error of `runProgram`: without the command in front. */
export function saidBy(error: unknown): string {
  if (!(error instanceof BootstrapError)) return asError(error).message;
  const said = error.detail?.split('\n').slice(1).join('\n').trim() ?? '';
  return said === '' ? error.message : said;
}
