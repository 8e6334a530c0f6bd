// What every command gets besides its options: where to print, and when to stop.
import type { EventSink } from '../engine/events/events.ts';
import { createOutput, type Output, type OutputFormat } from '../ui/output.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly output?: OutputFormat;
  readonly logFile?: string;
  readonly debug?: boolean;
}

export interface CommandContext {
  readonly output: Output;
  readonly options: GlobalOptions;
  /** Aborted by the first Ctrl-C or a TERM signal. */
  readonly signal: AbortSignal;
  /** Aborted by the second one: whoever listens ends what runs, and comes to an end. */
  readonly killSignal?: AbortSignal | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/** A screen for run events, and the promise of everything being drawn. */
export interface Screen {
  readonly sink: EventSink;
  readonly drawn: () => Promise<void>;
}

export function createContext(
  options: GlobalOptions,
  signals: Pick<CommandContext, 'signal' | 'killSignal'>,
): CommandContext {
  const environment = process.env;
  const output = createOutput(options.output, process, environment);
  return { output, options, ...signals, environment };
}

/** The screen for the chosen format; only the one that is used gets loaded. */
export async function createScreen(output: Output): Promise<Screen> {
  switch (output.format) {
    case 'json': {
      const { createJsonScreen } = await import('../ui/json-screen.ts');
      return { sink: createJsonScreen(output), drawn: async () => undefined };
    }
    case 'plain': {
      const { createPlainScreen } = await import('../ui/plain-screen.ts');
      return { sink: createPlainScreen(output), drawn: async () => undefined };
    }
    case 'pretty': {
      const { PrettyScreen } = await import('../ui/pretty-screen.ts');
      const screen = new PrettyScreen(output);
      return { sink: screen.sink, drawn: () => screen.drawn() };
    }
  }
}
