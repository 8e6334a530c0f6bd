// Runs the program of this clone: with its output taken, or recorded on a terminal.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { quote } from '../src/core/command.ts';
import { packagePath } from '../src/core/package-root.ts';
import type { Chunk, TerminalSize } from './film.ts';

const { bin } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as {
  readonly bin: Readonly<Record<string, string>>;
};
const entry = packagePath(bin['ipvs-bootstrap'] ?? '');

/** Above the longest run; whatever hangs must not keep a lab for ever. */
const timeout = 20 * 60_000;

/** What is run stops when this is aborted. */
export interface Stoppable {
  readonly cwd: string;
  readonly signal?: AbortSignal;
}

/**
 * Runs it and gives its standard output.
 * @throws when it ends with another exit code than the expected one
 */
export async function run(
  args: readonly string[],
  { cwd, signal, expected = 0 }: Stoppable & { readonly expected?: number },
): Promise<string> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [entry, ...args], {
    cwd,
    timeout,
    reject: false,
    stdin: 'ignore',
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (exitCode !== expected) throw new Error(unexpected(args, exitCode, `${stdout}\n${stderr}`));
  return stdout;
}

/**
 * Runs it on a pseudo-terminal of its own and gives what it wrote there, and when.
 * @throws when it does not end with exit code 0
 */
export async function recorded(
  args: readonly string[],
  { cwd, signal, columns, rows }: Stoppable & TerminalSize,
): Promise<readonly Chunk[]> {
  const command = [process.execPath, entry, ...args].map(quote);
  // `script` makes a terminal without a size.
  const sized = `stty cols ${columns} rows ${rows} && exec ${command.join(' ')}`;
  const child = spawn('script', ['--quiet', '--return', '--command', sized, '/dev/null'], {
    cwd,
    timeout,
    env: terminalEnvironment(),
    // An end of standard input would be typed into the terminal.
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(signal === undefined ? {} : { signal }),
  });
  const started = performance.now();
  const chunks: Chunk[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    chunks.push({ at: performance.now() - started, text });
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).catch((error: unknown) => {
    // Whoever stopped it says why.
    signal?.throwIfAborted();
    throw error;
  });
  if (exitCode !== 0) throw new Error(unexpected(args, exitCode, chunks.map(({ text }) => text).join('')));
  return chunks;
}

/** Colours are chosen by the terminal, not by how the script was called. */
function terminalEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR: _1, FORCE_COLOR: _2, CI: _3, ...environment } = process.env;
  return { ...environment, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' };
}

function unexpected(args: readonly string[], exitCode: number | null | undefined, output: string): string {
  const end = output.trimEnd().split('\n').slice(-20).join('\n');
  return `ipvs-bootstrap ${args.join(' ')}: exit code ${exitCode ?? 'none'}\n${end}`;
}
