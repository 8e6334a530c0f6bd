// Guesses of how long something takes, no more exact than they are.
import { expect, it } from 'vitest';
import { formatLeft } from '../../../src/lab/time-left.ts';

it.each([
  [0, '0 s'],
  [1, '10 s'],
  [41_000, '50 s'],
  [89_000, '90 s'],
  [90_000, '2 min'],
  [260_000, '4 min'],
])('%d ms are about %s', (milliseconds, text) => {
  expect(formatLeft(milliseconds)).toBe(text);
});
