import { describe, expect, it } from 'vitest';
import { count } from '../../../src/core/count.ts';
import { formatDuration, formatLabelled, formatTable } from '../../../src/ui/format.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [4_240, '4.2 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 00 s'],
    [185_000, '3 min 05 s'],
  ])('shows %d ms as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('count', () => {
  it('adds an s to all but one', () => {
    expect([count(0, 'host'), count(1, 'host'), count(2, 'host')]).toEqual(['0 hosts', '1 host', '2 hosts']);
  });
});

describe('formatTable', () => {
  it('aligns columns under headings, in the order in which rows name them', () => {
    const lines = formatTable([
      { node: 'master1', address: '100.67.151.9:80' },
      { node: 'w1', address: '10.96.0.1:443', note: 'api' },
    ]);
    expect(lines).toEqual([
      'NODE      ADDRESS           NOTE',
      'master1   100.67.151.9:80',
      'w1        10.96.0.1:443     api',
    ]);
  });

  it('gives no lines for no rows', () => {
    expect(formatTable([])).toEqual([]);
  });
});

describe('formatLabelled', () => {
  it('puts labels in a column and breaks texts between words', () => {
    const rows = [
      ['kernel', 'from 3.10 on'],
      ['API', 'v1beta4 and all that'],
    ] as const;
    expect(formatLabelled(rows, 20)).toEqual([
      'kernel   from 3.10',
      '         on',
      'API      v1beta4 and',
      '         all that',
    ]);
  });

  it('leaves a word whole that is too long', () => {
    expect(formatLabelled([['a', 'x verylongword y']], 10)).toEqual(['a   x', '    verylongword', '    y']);
  });

  it('gives no line for no row', () => {
    expect(formatLabelled([], 80)).toEqual([]);
  });
});
