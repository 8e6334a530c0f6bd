import { describe, expect, it } from 'vitest';
import type { Scene } from '../../../pictures/film.ts';
import { piecesOf, scrollsOf } from '../../../pictures/pieces.ts';

/** A scene of a second, with a word on each line. */
function scene(second: number, words: readonly string[], top = 0): Scene {
  const runs = words.map((text, row) => ({ row, column: 0, text, look: '' }));
  return { from: second * 1000, until: second * 1000 + 1000, top, runs };
}

function words(scenes: readonly Scene[]) {
  return piecesOf(scenes).map(({ from, until, runs }) => [
    from,
    until,
    runs.map(({ text }) => text).join(' '),
  ]);
}

describe('the pieces of a film', () => {
  it('are drawn once for as long as they stay', () => {
    expect(words([scene(0, ['one']), scene(1, ['one', 'two']), scene(2, ['one', 'three'])])).toEqual([
      [0, undefined, 'one'],
      [1000, 2000, 'two'],
      [2000, undefined, 'three'],
    ]);
  });

  it('come and go together where they can', () => {
    expect(words([scene(0, ['a', 'b']), scene(1, [])])).toEqual([[0, 1000, 'a b']]);
  });

  it('are drawn again when they come back', () => {
    expect(words([scene(0, ['a']), scene(1, []), scene(2, ['a'])])).toEqual([
      [0, 1000, 'a'],
      [2000, undefined, 'a'],
    ]);
  });
});

describe('the window', () => {
  it('moves when the terminal scrolls, and only then', () => {
    expect(scrollsOf([scene(0, []), scene(1, [], 0), scene(2, [], 3), scene(3, [], 3)])).toEqual([
      { from: 0, top: 0 },
      { from: 2000, top: 3 },
    ]);
  });
});
