// Ties a command's definition to its module, which is loaded only when the command runs.
import type { Command } from 'commander';
import { BootstrapError } from '../core/errors.ts';
import { createContext, type CommandContext, type GlobalOptions } from './context.ts';

/** A command's module: gets its arguments and options, gives the exit code. */
export interface CommandModule<Options extends object, Args extends readonly unknown[]> {
  run(context: CommandContext, options: Options, ...args: Args): Promise<number>;
}

/** What the program needs from outside: the signal to stop, and where the exit code goes. */
export interface ProgramPorts {
  readonly signal: AbortSignal;
  readonly killSignal?: AbortSignal;
  readonly finish: (exitCode: number) => void;
}

/** An action for commander that loads the module and runs it. */
export function lazy<Options extends object, Args extends readonly unknown[]>(
  ports: ProgramPorts,
  load: () => Promise<CommandModule<Options, Args>>,
): (this: Command) => Promise<void> {
  return async function () {
    const options = this.optsWithGlobals<Options & GlobalOptions>();
    checkLogFile(this, options);
    const module = await load();
    const context = createContext(options, { signal: ports.signal, killSignal: ports.killSignal });
    ports.finish(await module.run(context, options, ...(this.processedArgs as unknown as Args)));
  };
}

/** The option may stand before the command's name, where commander takes it for any command. */
function checkLogFile(command: Command, { logFile }: GlobalOptions): void {
  if (logFile === undefined || command.options.some(({ long }) => long === '--log-file')) return;
  throw new BootstrapError('usage', `${command.name()} is no run and writes no log file`, {
    hint: 'Leave --log-file out.',
  });
}
