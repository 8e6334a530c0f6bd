// Durations are whole numbers with a unit.
import { expect, it } from 'vitest';
import { parseDuration } from '../../../src/playbook/duration.ts';

it.each([
  ['500ms', 500],
  ['90s', 90_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['24h', 86_400_000],
])('%s', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

it.each(['', '5', 's', '0s', '1.5m', '-1s', '25h', '5 m', '5M', '99999999999s'])('refuses %j', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
