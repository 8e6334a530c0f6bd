// The entry: runs the program, prints what was thrown, and ends the process.
import { setImmediate } from 'node:timers/promises';
import { CommanderError, type Command } from 'commander';
import { BootstrapError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { createStyle, wantsColour } from '../ui/style.ts';
import { createProgram } from './program.ts';
import { stopOnSignals } from './stop-signals.ts';

function exitOverride(command: Command): void {
  command.exitOverride();
  command.commands.forEach(exitOverride);
}

/**
 * Looks after the streams of the output. That nobody reads any more is no reason to stop work on hosts; a full disk
 * must be told, as somebody counts on the output.
 * @returns what went wrong, if anything
 */
function watchOutput(): () => BootstrapError | undefined {
  let failure: BootstrapError | undefined;
  const fail = (cause: NodeJS.ErrnoException): void => {
    if (cause.code === 'EPIPE') return;
    const message = `the output cannot be written: ${cause.message}`;
    failure ??= new BootstrapError('file.unreadable', message, { cause });
  };
  process.stdout.on('error', fail);
  process.stderr.on('error', fail);
  return () => failure;
}

async function report(thrown: unknown, debug: boolean): Promise<number> {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const { thrownLines } = await import('../ui/problem-text.ts');
  const style = createStyle(wantsColour(process.stderr.isTTY, process.env));
  process.stderr.write(`${thrownLines(thrown, style, debug).join('\n')}\n`);
  return thrown instanceof BootstrapError ? thrown.exitCode : exitCodes.internal;
}

async function main(): Promise<number> {
  let exitCode: number = exitCodes.done;
  const outputFailure = watchOutput();
  const program = createProgram({ ...stopOnSignals(), finish: (code) => (exitCode = code) });
  exitOverride(program);
  try {
    await program.parseAsync();
  } catch (thrown) {
    exitCode = await report(thrown, process.argv.includes('--debug'));
  }
  // Streams tell of a failed write after it.
  await setImmediate();
  const failure = outputFailure();
  return failure === undefined ? exitCode : report(failure, false);
}

void main().then((exitCode) => {
  // A connection or timer that nobody waits for any more must not hold the process.
  process.exit(exitCode);
});
