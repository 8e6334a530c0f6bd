// Nodes are spread over the processors.
import { describe, expect, it } from 'vitest';
import { allowedCpus, chooseCpus, parseCpuList } from '../../../../src/lab/machine/cpu-plan.ts';

describe('chooseCpus', () => {
  it('goes round', () => {
    expect(chooseCpus([0, 1], [], 4)).toEqual([0, 1, 0, 1]);
  });

  it('begins with the processor that has the fewest nodes of other labs', () => {
    expect(chooseCpus([0, 1, 2], [0, 0, 1], 3)).toEqual([2, 1, 2]);
  });

  it('uses allowed processors only', () => {
    expect(chooseCpus([3], [], 2)).toEqual([3, 3]);
  });
});

it.each([
  ['0', [0]],
  ['0-3', [0, 1, 2, 3]],
  ['1,4-5,9', [1, 4, 5, 9]],
])('reads the processor list %s', (text, cpus) => {
  expect(parseCpuList(text)).toEqual(cpus);
});

it('finds at least one processor on this machine', async () => {
  expect((await allowedCpus()).length).toBeGreaterThan(0);
});
