// Cache entries made from Debian's packages: keyed by exact versions, built from package lists that are recent.
import { cached, entryDirectory, isCached, type CacheEntry, type CacheKey } from '../cache.ts';
import type { Report } from '../stage.ts';
import { openPrivateApt, type PrivateApt } from '../../local/debian/private-apt.ts';
import { recentHours, refreshIfOlder } from '../../local/debian/recent-apt.ts';

/** What every build of the lab is given. */
export interface BuildContext {
  readonly cacheRoot: string;
  /** Debian's name of the release whose packages `apt` knows. */
  readonly release: string;
  readonly apt: PrivateApt;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Opens the private apt for `release`, and reads the package lists if that was never done. */
export async function openBuildContext(
  cacheRoot: string,
  release: string,
  report: Report,
  signal: AbortSignal,
): Promise<BuildContext> {
  const apt = await openPrivateApt(cacheRoot, release);
  await refreshIfOlder(apt, Infinity, report, signal);
  return { cacheRoot, release, apt, report, signal };
}

/**
 * The entry for the key that `resolveKey` finds in the package lists. As long as the entry is there, nothing touches
 * the network, however old the lists; something is built from recent lists only.
 */
export async function cachedFromDebian(
  context: BuildContext,
  name: string,
  resolveKey: () => Promise<CacheKey>,
  build: (directory: string) => Promise<void>,
): Promise<CacheEntry> {
  const { apt, cacheRoot, report, signal } = context;
  if (!(await isCached(entryDirectory({ root: cacheRoot, name, key: await resolveKey() })))) {
    await refreshIfOlder(apt, recentHours, report, signal);
  }
  return cached({ root: cacheRoot, name, key: await resolveKey() }, build, { signal, report });
}
