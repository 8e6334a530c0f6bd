// Where a command's words go: results to standard output, progress and errors to standard error.
import { createStyle, wantsColour, type Style } from './style.ts';

export type OutputFormat = 'pretty' | 'plain' | 'json';

/** The part of a stream that counts: whether it is a terminal, of what size, and how to write. */
export type OutputStream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;

/** The two streams of a command, and how they may be used. */
export interface Output {
  readonly format: OutputFormat;
  readonly style: Style;
  /** A line of a result. */
  readonly result: (line: string) => void;
  /** A line of progress or an error. */
  readonly progress: (line: string) => void;
}

/** Chooses pretty on a terminal and plain elsewhere, unless a format is asked for; what moves the cursor, never elsewhere. */
export function createOutput(
  format: OutputFormat | undefined,
  streams: { readonly stdout: OutputStream; readonly stderr: OutputStream },
  environment: NodeJS.ProcessEnv,
): Output {
  const isTerminal = streams.stderr.isTTY;
  const live = isTerminal && canMove(streams.stderr, environment) ? 'pretty' : 'plain';
  return {
    format: format === 'plain' || format === 'json' ? format : live,
    style: createStyle(wantsColour(isTerminal && streams.stdout.isTTY, environment)),
    result: (line) => void streams.stdout.write(`${line}\n`),
    progress: (line) => void streams.stderr.write(`${line}\n`),
  };
}

/** A terminal without a size, such as `script` and some CI systems give, would never be cleared to its end. */
function canMove({ columns }: OutputStream, environment: NodeJS.ProcessEnv): boolean {
  return columns > 0 && environment['TERM'] !== 'dumb';
}
