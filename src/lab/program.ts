// Runs the machine's own programs for the lab: the only place that starts them, as ourselves or as root.
import { execa, ExecaError, type Options } from 'execa';
import { BootstrapError } from '../core/errors.ts';
import { processTree } from './process-tree.ts';
import type { Report } from './stage.ts';

export interface ProgramOptions {
  /** Run with root's rights: as it is when we are root, else through sudo. */
  readonly asRoot?: boolean;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text for standard input, which is empty otherwise. */
  readonly input?: string;
  /** Gets every line of standard output and standard error. */
  readonly report?: Report;
  /** When aborted, the program and all that it started end, and the call throws `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program to its end and returns its standard output. Throws `lab.failed` when it fails or is not there. */
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
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
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
  const stopWatching = endWhenAborted(running.pid, options);
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

/** Throws the error `interrupted` if the signal is aborted. */
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

const patienceMilliseconds = 5000;

/** Returns a function that ends the watch. */
function endWhenAborted(processId: number | undefined, options: ProgramOptions): () => void {
  const { signal } = options;
  if (processId === undefined || signal === undefined) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    void signalTree(processId, 'TERM', options.asRoot);
    timer = setTimeout(() => void signalTree(processId, 'KILL', options.asRoot), patienceMilliseconds);
  };
  signal.addEventListener('abort', end, { once: true });
  return () => {
    signal.removeEventListener('abort', end);
    clearTimeout(timer);
  };
}

/** Goes through kill(1), as a program under sudo can be signalled by root only. One that is gone does not matter. */
async function signalTree(processId: number, name: 'TERM' | 'KILL', asRootToo = false): Promise<void> {
  const targets = (await processTree(processId)).map(String);
  const [file = '', ...args] = [...(asRootToo ? rootPrefix() : []), 'kill', `-${name}`, '--', ...targets];
  await execa(file, args, { reject: false });
}

function programError(
  program: string,
  args: readonly string[],
  error: unknown,
  signal: AbortSignal | undefined,
): unknown {
  if (!isExecaError(error)) return error;
  // Ctrl-C on a terminal reaches the programs before it reaches whoever aborts the signal.
  if (signal?.aborted === true || error.signal === 'SIGINT') return interrupted(error);
  const command = [program, ...args].join(' ').slice(0, 300);
  const detail = lastLines(typeof error.all === 'string' ? error.all : '', 20);
  return new BootstrapError(
    'lab.failed',
    error.code === 'ENOENT'
      ? `The program ${program} is not installed`
      : `${program} failed (${howItEnded(error)})`,
    { detail: `${command}\n${detail}`.trim(), cause: error },
  );
}

function isExecaError(error: unknown): error is ExecaError<Options & { all: true }> {
  return error instanceof ExecaError;
}

function howItEnded(error: ExecaError<Options & { all: true }>): string {
  if (error.exitCode !== undefined) return `exit status ${error.exitCode}`;
  return error.signal === undefined ? error.shortMessage : `signal ${error.signal}`;
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

function interrupted(cause: unknown): BootstrapError {
  return new BootstrapError('interrupted', 'Interrupted', { cause });
}
