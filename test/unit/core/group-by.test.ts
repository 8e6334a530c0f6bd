// Lists by key.
import { expect, it } from 'vitest';
import { groupBy } from '../../../src/core/group-by.ts';

it('keeps the order of keys and of the items under each', () => {
  const groups = groupBy(['pear', 'apple', 'plum', 'apricot'], (word) => word[0]);
  expect([...groups]).toEqual([
    ['p', ['pear', 'plum']],
    ['a', ['apple', 'apricot']],
  ]);
});

it('has no group for nothing', () => {
  expect(groupBy([], String).size).toBe(0);
});
