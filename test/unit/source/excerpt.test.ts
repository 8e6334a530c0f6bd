// Source lines in errors: the carets stand under what is meant and nothing in the lines can disturb a terminal.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../src/source/columns.ts';
import { excerpt, printable, type Mark } from '../../../src/source/excerpt.ts';

/** A mark on a part of a line, which stands in it once. */
function mark(text: string, part: string, number = 1): Mark {
  const start = text.indexOf(part);
  return { number, text, start, end: start + part.length };
}

/** What stands above the carets, on a terminal where each letter is as wide as `columnsOf` says. */
function overCarets(shown: string): string {
  const [line = '', carets = ''] = shown.split('\n').slice(-2);
  const [start, end] = [carets.indexOf('^'), carets.lastIndexOf('^') + 1];
  const letters = Array.from(new Intl.Segmenter().segment(line), ({ segment, index }) => ({
    segment,
    column: columnsOf(line.slice(0, index)),
  }));
  return letters
    .filter(({ column }) => column >= start && column < end)
    .map(({ segment }) => segment)
    .join('');
}

describe('excerpt', () => {
  it('puts carets under all of the part', () => {
    expect(excerpt([mark('  name: lab', 'lab', 12)])).toBe('12 |   name: lab\n   |         ^^^');
  });

  it.each([
    ['between two characters', { text: 'ab', start: 1, end: 1 }, '1 | ab\n  |  ^'],
    ['behind the line', { text: 'ab', start: 2, end: 2 }, '1 | ab\n  |   ^'],
    ['in an empty line', { text: '', start: 0, end: 0 }, '1 | \n  | ^'],
  ])('puts one caret at an empty part %s', (_where, place, shown) => {
    expect(excerpt([{ number: 1, ...place }])).toBe(shown);
  });

  it('shows several lines with numbers of one width, and a line above the first', () => {
    const marks = [mark('  - name: x', 'name: x', 10), mark('b: 1', 'b', 3)];
    expect(excerpt(marks, { number: 9, text: 'hosts:' })).toBe(
      [' 9 | hosts:', '10 |   - name: x', '   |     ^^^^^^^', ' 3 | b: 1', '   | ^'].join('\n'),
    );
  });

  it('cuts long lines around the carets', () => {
    const text = `${'a'.repeat(500)}XYZ${'b'.repeat(500)}`;
    const [line = '', carets = ''] = excerpt([mark(text, 'XYZ')]).split('\n');
    expect(line).toMatch(/^1 \| …a{50}XYZb{47}…$/);
    expect(carets.indexOf('^^^')).toBe(line.indexOf('XYZ'));
    expect(carets).toHaveLength(line.indexOf('XYZ') + 3);
  });

  it('shows all of a part that fits', () => {
    const text = `${'a'.repeat(500)}${'X'.repeat(70)}${'b'.repeat(500)}`;
    const [line = '', carets = ''] = excerpt([mark(text, 'X'.repeat(70))]).split('\n');
    expect(line).toBe(`1 | …${'a'.repeat(30)}${'X'.repeat(70)}…`);
    expect(carets).toBe(`  | ${' '.repeat(31)}${'^'.repeat(70)}`);
  });

  it('cuts carets that are longer than what is shown', () => {
    const [line = '', carets = ''] = excerpt([mark(`key: ${'a'.repeat(500)}`, 'a'.repeat(500))]).split('\n');
    expect(line).toBe(`1 | key: ${'a'.repeat(95)}…`);
    expect(carets).toBe(`  |      ${'^'.repeat(95)}`);
  });

  it('cuts the line above where it cuts the line with the carets', () => {
    const shown = excerpt([mark(`${' '.repeat(80)}${'x'.repeat(90)}`, 'x'.repeat(90), 2)], {
      number: 1,
      text: `${' '.repeat(78)}key:`,
    });
    const [above = '', line = ''] = shown.split('\n');
    expect(above).toBe(`1 | …${' '.repeat(18)}key:`);
    expect(line).toBe(`2 | …${' '.repeat(20)}${'x'.repeat(80)}…`);
  });

  it.each([
    ['wide letters', '名前: 日本語 # 東京', '日本語', 6, 6],
    ['emoji', '🙂: [👍🏽, ok]', 'ok', 9, 2],
    ['accents of their own', 'cafe\u0301: re\u0301sume\u0301', 're\u0301sume\u0301', 6, 6],
    ['a tab', 'a:\tb', 'b', 3, 1],
    ['a control character', 'a: \u001Bb', 'b', 4, 1],
    ['joined emoji, which are shown apart', 'a: 👩\u200D👧 b', 'b', 9, 1],
  ])('puts the carets under the text behind and under %s', (_what, text, part, before, carets) => {
    const shown = excerpt([mark(text, part)]);
    expect(shown.split('\n')[1]).toBe(`  | ${' '.repeat(before)}${'^'.repeat(carets)}`);
    expect(overCarets(shown)).toBe(part);
  });

  it('shows no more of wide letters than fits', () => {
    const [line = '', carets = ''] = excerpt([mark(`${'前'.repeat(200)}X${'後'.repeat(200)}`, 'X')]).split(
      '\n',
    );
    expect(line).toBe(`1 | …${'前'.repeat(25)}X${'後'.repeat(24)}…`);
    expect(carets).toBe(`  | ${' '.repeat(51)}^`);
  });

  it('leaves no control character in the lines, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(200), fc.nat(200), (text, start, length) => {
        const line = text.replaceAll('\n', '');
        const from = Math.min(start, line.length);
        const shown = excerpt([{ number: 2, text: line, start: from, end: from + length }], {
          number: 1,
          text: line,
        });
        expect(shown).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}]*\n[^\p{Cc}\p{Cf}\p{Cs}]*\n {2}\| *\^+$/u);
      }),
    );
  });

  it('is quick on a line of millions of characters', () => {
    const text = `${'é'.repeat(2_000_000)}X${'é'.repeat(2_000_000)}`;
    const started = performance.now();
    for (let round = 0; round < 50; round++) excerpt([{ number: 1, text, start: 2_000_000, end: 2_000_001 }]);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('printable', () => {
  it('replaces escape sequences and direction marks, and keeps letters of all scripts', () => {
    expect(printable('\u001B[31mrot \u202Eabc\u202C größe 日本')).toBe(
      '\uFFFD[31mrot \uFFFDabc\uFFFD größe 日本',
    );
  });

  it('leaves a text as long as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).toHaveLength(text.length);
      }),
    );
  });
});
