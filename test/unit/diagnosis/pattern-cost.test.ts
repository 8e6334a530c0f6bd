// Foreign programs write what they like into logs: no pattern may take long for it, however it is repeated.
import { describe, expect, it } from 'vitest';
import { causes } from '../../../src/diagnosis/causes.ts';
import { regexSteps } from '../../support/regex-steps.ts';
import { samples } from './samples.ts';

describe('regexSteps', () => {
  it.each([
    [/ab+c/, 2],
    [/x.*y/, 4],
    [/x.*?y.*z/, 8],
    [/^(?=(.*?x))\1.*z/, 2],
  ])('sees how the steps of %s grow', (pattern, factor) => {
    expect(growth(pattern, ['x', 'y', 'xy', 'xyz', 'ab'])).toBeGreaterThan(factor * 0.8);
    expect(growth(pattern, ['x', 'y', 'xy', 'xyz', 'ab'])).toBeLessThan(factor * 1.3);
  });
});

/** Parts of a line that is recognised: its words, and its beginnings. */
function parts(line: string): readonly string[] {
  const words = line.match(/\S+\s*/g) ?? [];
  const some = words.slice(0, 16);
  return [...new Set([...some, ...some.map((_word, index) => words.slice(index, index + 3).join(''))])];
}

/** How many times as many steps a text takes that is twice as long: 2 when they grow with its length, 4 with its square. */
function growth(pattern: RegExp, repeated: readonly string[]): number {
  return Math.max(
    ...repeated.map((part) => {
      const steps = (length: number): number =>
        regexSteps(pattern, part.repeat(Math.ceil(length / part.length)));
      return steps(200) / steps(100);
    }),
  );
}

describe.each(causes.map((cause) => [cause.id, cause] as const))('%s', (id, { pattern }) => {
  it('is looked for in time that grows with a line', () => {
    const lines = samples.filter(({ cause }) => cause === id).flatMap(({ lines: some }) => some);
    const hits = lines.map((line) => line.replaceAll(/\\+"/g, '"')).filter((line) => pattern.test(line));
    const found = [...new Set(hits.slice(0, 1).flatMap((line) => parts(pattern.exec(line)?.[0] ?? '')))];
    expect(growth(pattern, found)).toBeLessThan(5);
  });
});
