// For runs with a bundle at hand, which fetch nothing: whoever tells of a download fails the test.
import { expect } from 'vitest';

export const noFetching = {
  report: (line: string) => expect.fail(`something is fetched: ${line}`),
  signal: new AbortController().signal,
  cacheDirectory: '/nowhere',
  through: {},
  now: new Date('2026-11-28'),
};

export const noReading = { ...noFetching, whole: false };
