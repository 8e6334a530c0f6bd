// Widths as terminals have them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, head, tail } from '../../../src/source/columns.ts';

describe('columnsOf', () => {
  it.each([
    ['plain text', 10],
    ['größe', 5],
    // The same with the accents apart.
    ['gro\u0308ße', 5],
    ['東京', 4],
    ['한국', 4],
    ['ｆｕｌｌ', 8],
    ['ﾊﾝｶｸ', 4],
    ['🎉', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['\u0301', 0],
    ['a\u200Bb', 2],
    ['', 0],
  ])('%j takes %i', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });
});

describe('head and tail', () => {
  it('cut between letters, never within one', () => {
    expect(head('a東京', 2)).toBe('a');
    expect(head('a東京', 3)).toBe('a東');
    expect(tail('東京a', 3)).toBe('京a');
    expect(head('e\u0301e\u0301', 1)).toBe('e\u0301');
  });

  it('give a part that fits, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, columns) => {
        expect(columnsOf(head(text, columns))).toBeLessThanOrEqual(columns);
        expect(text.startsWith(head(text, columns))).toBe(true);
        expect(text.endsWith(tail(text, columns))).toBe(true);
      }),
    );
  });
});
