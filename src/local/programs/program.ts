// Runs this machine's own programs: the only place that starts them, as ourselves or as root.
import { execa } from 'execa';
import { defined } from '../../core/defined.ts';
import type { Report } from '../report.ts';
import { endWhenAborted } from './program-end.ts';
import { interrupted, programError } from './program-failure.ts';

export interface ProgramOptions {
  /** Run with root's rights: as it is when we are root, else through sudo. */
  readonly asRoot?: boolean;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text or bytes for standard input, which is empty otherwise. */
  readonly input?: string | Uint8Array;
  /** Gets every line of standard output and standard error. */
  readonly report?: Report;
  /** When aborted, the program and all that it started end, and the call throws `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program to its end and returns its standard output.
 * @throws BootstrapError `command.failed` when it fails or is not there
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  throwIfInterrupted(options.signal);
  const [file, fileArguments] =
    options.asRoot === true ? asRoot(program, args, options.env) : [program, args];
  const { report } = options;
  const output = report === undefined ? 'pipe' : (['pipe', lineReporter(report)] as const);
  const running = execa(file, fileArguments, {
    ...defined({ cwd: options.cwd }),
    env: {
      LC_ALL: 'C.UTF-8',
      ...options.env,
      PATH: searchPath(options.env?.['PATH'] ?? process.env['PATH']),
    },
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    stdout: output,
    stderr: output,
    all: true,
  });
  const stopWatching = endWhenAborted(
    running.pid,
    options.signal,
    options.asRoot === true ? rootPrefix() : [],
  );
  try {
    return (await running).stdout;
  } catch (error) {
    throw programError(program, args, error, options.signal);
  } finally {
    stopWatching();
  }
}

/** The words to put before a command so that it runs as root: none when we are root already. */
export function rootPrefix(): readonly string[] {
  return process.getuid?.() === 0 ? [] : ['sudo', '--'];
}

/** The words to put before a command that root starts so that it runs as ourselves: none when we are root. */
export function userPrefix(): readonly string[] {
  const [user, group] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return user === 0 ? [] : ['setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups'];
}

/** @throws BootstrapError `interrupted` if the signal is aborted */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw interrupted(signal.reason);
}

/** sudo drops the environment, so what is asked for goes through env(1). */
function asRoot(
  program: string,
  args: readonly string[],
  environment: ProgramOptions['env'] = {},
): [string, readonly string[]] {
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const [file = '', ...rest] = [...rootPrefix(), 'env', ...assignments, program, ...args];
  return [file, rest];
}

/** Ordinary users of Debian do not have the directories of administration programs in their path. */
export function searchPath(path = '/usr/bin:/bin'): string {
  const directories = path.split(':');
  return [...directories, ...['/usr/sbin', '/sbin'].filter((name) => !directories.includes(name))].join(':');
}

function lineReporter(report: Report) {
  return function* (line: unknown) {
    if (typeof line === 'string') report(line);
    yield line;
  };
}
