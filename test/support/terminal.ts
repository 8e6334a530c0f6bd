// The built program on a real terminal: what it shows, and what somebody types.
import { spawn } from 'node:child_process';
import { quote } from '../../src/core/command.ts';
import { entry } from './entry.ts';

export interface TerminalRun {
  readonly exitCode: number | null;
  /** Everything that appeared on the screen. */
  readonly screen: string;
}

/** A question, as it ends on the screen, and what is typed then. */
export type Answer = readonly [question: RegExp, typed: string];

/** Runs the program behind a pseudo-terminal; answers are given one after the other, each to the next question. */
export function onTerminal(
  args: readonly string[],
  answers: readonly Answer[],
  environment: Readonly<Record<string, string>> = {},
): Promise<TerminalRun> {
  const quoted = [process.execPath, entry, ...args].map(quote);
  const child = spawn('script', ['--quiet', '--return', '--command', quoted.join(' '), '/dev/null'], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  let seen = 0;
  const waiting = [...answers];
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString('utf8');
    const [next] = waiting;
    if (next === undefined || !next[0].test(screen.slice(seen))) return;
    seen = screen.length;
    waiting.shift();
    child.stdin.write(next[1]);
  });
  return new Promise((resolve) => {
    child.on('close', (exitCode) => {
      resolve({ exitCode, screen });
    });
  });
}
