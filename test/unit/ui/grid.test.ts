import { describe, expect, it } from 'vitest';
import { clip, gridLines, type Column } from '../../../src/ui/grid.ts';

const columns: readonly Column[] = [
  { title: 'NODE', rank: 0 },
  { title: 'ROLES', rank: 2 },
  { title: 'STATE', rank: 1 },
];
const rows = [
  [{ text: 'master1' }, { text: 'control-plane' }, { text: 'Ready' }],
  [{ text: 'w1' }, { text: '' }, { text: 'NotReady' }],
];
const plain = (text: string): string => text;
const lines = (width: number): readonly string[] => gridLines(columns, rows, width, plain);

describe('gridLines', () => {
  it('aligns columns, without blanks at the end', () => {
    expect(lines(80)).toEqual([
      'NODE      ROLES           STATE',
      'master1   control-plane   Ready',
      'w1                        NotReady',
    ]);
  });

  it('leaves out the column that matters least when lines get too long', () => {
    expect(lines(30)).toEqual(['NODE      STATE', 'master1   Ready', 'w1        NotReady']);
    expect(lines(12)).toEqual(['NODE', 'master1', 'w1']);
  });

  it('cuts what may not be left out', () => {
    expect(lines(5)).toEqual(['NODE', 'mast…', 'w1']);
  });

  it.each([1, 2, 7, 12, 20, 30, 33, 34, 35, 200])('never exceeds a width of %i', (width) => {
    for (const line of lines(width)) expect(line.length).toBeLessThanOrEqual(width);
  });

  it('paints after measuring', () => {
    const paint = (text: string): string => `<${text}>`;
    const painted = gridLines(
      columns,
      [[{ text: 'w1', paint }, { text: 'x' }, { text: 'y', paint }]],
      80,
      plain,
    );
    expect(painted[1]).toBe('<w1>     x       <y>');
  });
});

describe('clip', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['abcd', 1, '…'],
    ['abcd', 0, ''],
  ])('%s within %i is %s', (text, width, expected) => {
    expect(clip(text, width)).toBe(expected);
  });
});
