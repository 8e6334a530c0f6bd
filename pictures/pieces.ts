// Scenes → what has to be drawn once: each run with the time that it is there, whatever changes around it.
import type { Scene } from './film.ts';
import type { Run } from './screen.ts';

/** Runs that come and go together. */
export interface Piece {
  readonly from: number;
  /** Undefined: it stays to the end. */
  readonly until: number | undefined;
  readonly runs: readonly Run[];
}

/** The window's top from a time on. */
export interface Scroll {
  readonly from: number;
  readonly top: number;
}

/** In the order in which they appear. */
export function piecesOf(scenes: readonly Scene[]): readonly Piece[] {
  const open = new Map<string, { readonly run: Run; readonly from: number }>();
  const pieces = new Map<string, { from: number; until: number | undefined; runs: Run[] }>();
  const close = (key: string, until: number | undefined): void => {
    const ended = open.get(key);
    if (ended === undefined) return;
    open.delete(key);
    const { run, from } = ended;
    const time = `${from} ${until ?? ''}`;
    const piece = pieces.get(time) ?? { from, until, runs: [] };
    piece.runs.push(run);
    pieces.set(time, piece);
  };
  for (const { runs, from } of scenes) {
    const here = new Map(runs.map((run) => [JSON.stringify(run), run]));
    for (const key of [...open.keys()]) if (!here.has(key)) close(key, from);
    for (const [key, run] of here) if (!open.has(key)) open.set(key, { run, from });
  }
  for (const key of [...open.keys()]) close(key, undefined);
  return [...pieces.values()].toSorted((one, other) => one.from - other.from);
}

/** When the window scrolls, and to where. */
export function scrollsOf(scenes: readonly Scene[]): readonly Scroll[] {
  return scenes
    .map(({ from, top }) => ({ from, top }))
    .filter(({ top }, index) => index === 0 || top !== scenes[index - 1]?.top);
}
