// Every known cause is found in what the real programs say (test/cases/diagnosis), and nothing likelier in the same words.
import { describe, expect, it } from 'vitest';
import { causes } from '../../../src/diagnosis/causes.ts';
import { judge } from '../../../src/diagnosis/judge.ts';
import { samples } from './samples.ts';

describe.each(samples.map((one, index) => [`${index + 1}: ${one.cause ?? 'none'}`, one] as const))(
  'sample %s',
  (_title, { cause, source, of, node, version, lines, message }) => {
    const found = judge([{ host: node, source, of, lines }], { version });

    it('is told by its lines', () => {
      expect(found[0]?.id ?? null).toBe(cause);
      expect(found[0]?.message).toBe(message);
    });

    it('leaves no placeholder', () => {
      for (const finding of found) expect(`${finding.message} ${finding.hint}`).not.toMatch(/\{\w+\}|\$\d/);
    });
  },
);

describe('causes', () => {
  it('have a sample each', () => {
    const shown = new Set(samples.map(({ cause }) => cause));
    expect(causes.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });

  it('have names of their own, an origin, and a hint', () => {
    expect(new Set(causes.map(({ id }) => id)).size).toBe(causes.length);
    expect(causes.filter(({ origin, hint }) => origin === '' || hint === '')).toEqual([]);
  });

  it('have patterns that remember nothing between two lines', () => {
    expect(causes.filter(({ pattern, of }) => pattern.global || of?.global === true)).toEqual([]);
  });
});
