import { describe, expect, it } from 'vitest';
import { Film, type Chunk } from '../../../pictures/film.ts';
import { textLines } from '../../../pictures/screen.ts';

const clear = '\u001b[1G\u001b[2K';

async function played(chunks: readonly Chunk[]) {
  const film = new Film({ columns: 40, rows: 5 });
  await film.play(chunks);
  return film.scenes.map((scene) => ({
    lines: textLines(scene),
    milliseconds: Math.round(scene.until - scene.from),
  }));
}

describe('a film', () => {
  it('shows each screen for less time than it took', async () => {
    const scenes = await played([
      { at: 0, text: 'one' },
      { at: 500, text: ' two' },
      { at: 1500, text: ' three' },
    ]);
    expect(scenes.map(({ milliseconds }) => milliseconds)).toEqual([200, 400, 450]);
    expect(scenes.at(-1)?.lines).toEqual(['one two three']);
  });

  it('cuts long waits short, also those in which only a spinner turns', async () => {
    const turns = Array.from({ length: 600 }, (_, index) => ({
      at: index * 100,
      text: `${clear}${'⠋⠙⠹⠸'.charAt(index % 4)} waiting`,
    }));
    const scenes = await played([...turns, { at: 60_000, text: `${clear}done` }]);
    expect(scenes.map(({ milliseconds }) => milliseconds)).toEqual([450, 450]);
    expect(scenes.at(-1)?.lines).toEqual(['done']);
  });

  it('shows no redraw that is half done', async () => {
    const scenes = await played([
      { at: 0, text: 'before' },
      { at: 400, text: clear },
      { at: 410, text: 'aft' },
      { at: 420, text: 'er' },
    ]);
    expect(scenes.map(({ lines }) => lines)).toEqual([['before'], ['after']]);
  });

  it('leaves out what nobody could read, and gives its time to the next', async () => {
    const steps = Array.from({ length: 21 }, (_, index) => ({
      at: index * 50,
      text: `${clear}${index * 5} %`,
    }));
    const scenes = await played(steps);
    expect(scenes.slice(0, -1).map(({ milliseconds }) => milliseconds)).toEqual([80, 80, 80, 80, 80]);
    expect(scenes.at(-1)?.lines).toEqual(['100 %']);
  });

  it('types a command letter by letter, and holds what is there', async () => {
    const film = new Film({ columns: 40, rows: 5 });
    await film.type('up');
    const typed = film.scenes.map((scene) => textLines(scene)[0]?.trimEnd());
    expect(typed).toEqual(['$', '$ u', '$ up']);
    const before = film.length;
    film.hold(3000);
    expect(film.length).toBe(before + 3000);
    expect(film.scenes).toHaveLength(3);
  });

  it('has no gap between its scenes', async () => {
    const film = new Film({ columns: 40, rows: 5 });
    await film.type('up');
    await film.play([
      { at: 0, text: 'one\r\n' },
      { at: 900, text: 'two\r\n' },
    ]);
    const { scenes } = film;
    expect(scenes.slice(1).map(({ from }) => from)).toEqual(scenes.slice(0, -1).map(({ until }) => until));
  });
});
