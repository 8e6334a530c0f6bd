// Three kinds of tests: unit (no I/O beyond files), integration (real sshd), e2e (the lab: a real cluster). And one that is
// no part of `npm test`, for its time: flannel.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // They wait more than they work, but some watch the clock: not more than two at a time.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 20 * 60_000,
          hookTimeout: 50 * 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'flannel',
          include: ['test/flannel/*.test.ts'],
          testTimeout: 20 * 60_000,
          hookTimeout: 50 * 60_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
