// Which Linux the nodes run: the series on which the lab's end-to-end tests have passed.

/**
 * Series of Linux, the first that Debian has is taken. Only tried ones stand here. From 6.16 on a user-mode kernel can do
 * without ptrace, and only from 6.13 on it boots on processors with AMX, whose registers are larger.
 */
export const triedSeries = ['7.2'] as const;

/** The suites of Debian that may have one of them; the first has by far the shortest package lists. */
export const sourceSuites = ['trixie-backports', 'forky', 'sid'] as const;

/** The package with the whole source of a series, which Debian makes from its own kernel's. */
export function sourcePackage(series: string): string {
  return `linux-source-${series}`;
}
