// Names of labs and of what they put on the machine.
import { describe, expect, it } from 'vitest';
import { checkLabName, labNames, tapName } from '../../../../src/lab/state/names.ts';

describe('checkLabName', () => {
  it.each(['lab', 'a', 'e2e-1234567', 'abcdefghijk'])('accepts %s', (name) => {
    expect(() => {
      checkLabName(name);
    }).not.toThrow();
  });

  it.each(['', 'Lab', '1lab', '-lab', 'lab-', 'a/b', 'a b', 'abcdefghijkl'])('refuses "%s"', (name) => {
    expect(() => {
      checkLabName(name);
    }).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

it('keeps interface names within the 15 characters that the kernel allows', () => {
  expect(labNames('abcdefghijk').machineInterface).toHaveLength(15);
  expect(tapName('worker242').length).toBeLessThanOrEqual(15);
});

it('gives two labs no name in common', () => {
  const [one, two] = [labNames('a'), labNames('b')].map((names) => Object.values(names) as string[]);
  expect(one?.filter((name) => two?.includes(name))).toEqual([]);
});
