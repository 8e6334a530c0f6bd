// The film of a run: each command is typed, plays, and stays long enough to be read.
import { Film, type Chunk, type Scene, type TerminalSize } from './film.ts';
import { textLines } from './screen.ts';

/** A command as somebody types it, and what it wrote. */
export interface Take {
  readonly command: string;
  readonly chunks: readonly Chunk[];
}

export interface Filmed {
  readonly scenes: readonly Scene[];
  /** The last line that each command wrote. */
  readonly verdicts: readonly string[];
}

const readMs = 3500;
const lastMs = 8000;

/** Plays the takes one after the other on the same terminal. */
export async function filmOf(takes: readonly Take[], size: TerminalSize): Promise<Filmed> {
  const film = new Film(size);
  const verdicts: string[] = [];
  for (const { command, chunks } of takes) {
    await film.type(command);
    await film.play(chunks);
    film.hold(readMs);
    verdicts.push(lastLine(film.scenes));
  }
  await film.prompt();
  film.hold(lastMs - readMs);
  return { scenes: film.scenes, verdicts };
}

function lastLine(scenes: readonly Scene[]): string {
  const last = scenes.at(-1);
  return last === undefined ? '' : (textLines(last).findLast((line) => line !== '') ?? '');
}
