// Values in words.
import { describe, expect, it } from 'vitest';
import { joinWords, showTyped, showValue } from '../../../src/source/words.ts';

describe('showValue', () => {
  it.each([
    ['text', '"text"'],
    ['line\nbreak', '"line\\nbreak"'],
    ['x'.repeat(100), `"${'x'.repeat(60)}…"`],
    [7, '7'],
    [true, 'true'],
    [null, 'empty'],
    [[], 'an empty list'],
    [[1], 'a list'],
    [{}, 'a map'],
  ])('shows %j', (value, words) => {
    expect(showValue(value)).toBe(words);
  });
});

it('names the type of what could be mistaken for another', () => {
  expect([showTyped('yes'), showTyped(1.2), showTyped(false)]).toEqual([
    'the text "yes"',
    'the number 1.2',
    'false',
  ]);
});

it('joins words as people do', () => {
  expect([joinWords([]), joinWords(['a']), joinWords(['a', 'b']), joinWords(['a', 'b', 'c'], 'and')]).toEqual(
    ['', 'a', 'a or b', 'a, b and c'],
  );
  expect(joinWords(['a', 'b', 'c', 'd'], 'or', 2)).toBe('a, b or 2 more');
});
