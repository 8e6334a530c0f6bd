import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failuresAllowed } from '../../../src/engine/failure-limit.ts';

it.each([
  [{ percent: 50 }, 11, 5],
  [{ percent: 50 }, 10, 5],
  [{ percent: 10 }, 9, 0],
  [{ percent: 0 }, 100, 0],
  [{ percent: 100 }, 7, 7],
  [{ percent: 29 }, 100, 29],
  [{ hosts: 3 }, 2, 3],
])('allows %j of %i hosts to be %i', (limit, hosts, allowed) => {
  expect(failuresAllowed(limit, hosts)).toBe(allowed);
});

it('never allows more than the share, and one more would be', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 10_000 }), (percent, hosts) => {
      const allowed = failuresAllowed({ percent }, hosts);
      expect(allowed * 100).toBeLessThanOrEqual(percent * hosts);
      expect((allowed + 1) * 100).toBeGreaterThan(percent * hosts);
    }),
  );
});
