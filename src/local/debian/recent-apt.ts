// Package lists that are recent enough to download by.
import type { Report } from '../report.ts';
import { mirrorsAnswer } from './mirrors.ts';
import { listsAge, openPrivateApt, refreshLists, type PrivateApt } from './private-apt.ts';

/** Older lists may name files that the mirror has dropped since. */
export const recentHours = 1;

export interface AptTarget {
  /** Debian's name of the release. */
  readonly release: string;
  /** Other than this machine's. */
  readonly architecture?: string | undefined;
}

/** The private apt of a release with package lists that are recent enough to download by. */
export async function openRecentApt(
  cacheRoot: string,
  { release, architecture }: AptTarget,
  report: Report,
  signal: AbortSignal,
): Promise<PrivateApt> {
  const apt = await openPrivateApt(cacheRoot, release, architecture);
  await refreshIfOlder(apt, recentHours, report, signal);
  return apt;
}

export async function refreshIfOlder(
  apt: PrivateApt,
  hours: number,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const age = await listsAge(apt);
  if (age !== Infinity && age <= hours) return;
  // apt itself waits for minutes where nobody answers.
  await mirrorsAnswer(apt, signal);
  await refreshLists(apt, report, signal);
}
