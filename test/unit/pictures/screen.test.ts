import headless from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { cursor, readScreen, spinner, textLines } from '../../../pictures/screen.ts';

async function screenAfter(text: string, { withCursor = false, rows = 4 } = {}) {
  const terminal = new headless.Terminal({ cols: 40, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => {
    terminal.write(text, resolve);
  });
  return readScreen(terminal, { withCursor });
}

describe('a screen', () => {
  it('has a run for each colour, with bold and faint ones told apart', async () => {
    const { runs } = await screenAfter(
      'plain \u001b[33mchanged 3\u001b[39m \u001b[1mstrong\u001b[22m \u001b[2mfaint',
    );
    expect(runs).toEqual([
      { row: 0, column: 0, text: 'plain', look: '' },
      { row: 0, column: 6, text: 'changed 3', look: 'c3' },
      { row: 0, column: 16, text: 'strong', look: 'bold' },
      { row: 0, column: 23, text: 'faint', look: 'dim' },
    ]);
  });

  it('has a run for each column of a table, so that the columns stay where they are in any font', async () => {
    const { runs } = await screenAfter('NODE      SERVICE   REAL SERVERS');
    expect(runs.map(({ column, text }) => [column, text])).toEqual([
      [0, 'NODE'],
      [10, 'SERVICE'],
      [20, 'REAL SERVERS'],
    ]);
  });

  it('keeps marks apart from words, as fonts draw them wider', async () => {
    const { runs } = await screenAfter('✔ done');
    expect(runs.map(({ column, text }) => [column, text])).toEqual([
      [0, '✔'],
      [2, 'done'],
    ]);
  });

  it('is the same for each glyph of a spinner', async () => {
    const [one, other] = await Promise.all(['⠋ at work', '⠸ at work'].map((text) => screenAfter(text)));
    expect(one).toEqual(other);
    expect(one?.runs[0]?.text).toBe(spinner);
  });

  it('keeps the lines that have scrolled out, and says where the window begins', async () => {
    const screen = await screenAfter('one\r\ntwo\r\nthree', { rows: 2 });
    expect(screen.top).toBe(1);
    expect(textLines(screen)).toEqual(['one', 'two', 'three']);
  });

  it('shows where the next letter will stand, when asked', async () => {
    const screen = await screenAfter('$ up', { withCursor: true });
    expect(screen.runs.at(-1)).toEqual({ row: 0, column: 4, text: cursor, look: '' });
    expect(textLines(screen)).toEqual(['$ up']);
  });
});
