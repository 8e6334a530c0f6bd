// When each minor release came out, and until when Kubernetes mends it. Dates are Kubernetes' own: data/releases of
// kubernetes/website (dates.json, schedule.yaml, eol.yaml), its release pages, and the tags from 1.20 on.
import { minorOf, type KubernetesVersion } from './version.ts';

export interface Release {
  readonly minor: string;
  /** Day of the first release, as YYYY-MM-DD in UTC. */
  readonly released: string;
  /** Last day with fixes; left out where none of the sources tells. */
  readonly endOfLife?: string;
}

/** Newest first. */
export const releases: readonly Release[] = [
  { minor: '1.37', released: '2026-08-26', endOfLife: '2027-10-28' },
  { minor: '1.36', released: '2026-04-22', endOfLife: '2027-06-28' },
  { minor: '1.35', released: '2025-12-17', endOfLife: '2027-02-28' },
  { minor: '1.34', released: '2025-08-27', endOfLife: '2026-10-27' },
  { minor: '1.33', released: '2025-04-23', endOfLife: '2026-06-28' },
  { minor: '1.32', released: '2024-12-11' },
  { minor: '1.31', released: '2024-08-13', endOfLife: '2025-11-11' },
  { minor: '1.30', released: '2024-04-17', endOfLife: '2025-07-15' },
  { minor: '1.29', released: '2023-12-13', endOfLife: '2025-02-28' },
  { minor: '1.28', released: '2023-08-15', endOfLife: '2024-10-22' },
  { minor: '1.27', released: '2023-04-11', endOfLife: '2024-07-16' },
  { minor: '1.26', released: '2022-12-09', endOfLife: '2024-02-28' },
  { minor: '1.25', released: '2022-08-23', endOfLife: '2023-10-28' },
  { minor: '1.24', released: '2022-05-03', endOfLife: '2023-07-28' },
  { minor: '1.23', released: '2021-12-07', endOfLife: '2023-02-28' },
  { minor: '1.22', released: '2021-08-04', endOfLife: '2022-12-08' },
  { minor: '1.21', released: '2021-04-08', endOfLife: '2022-06-28' },
  { minor: '1.20', released: '2020-12-08', endOfLife: '2022-02-28' },
  { minor: '1.19', released: '2020-08-26', endOfLife: '2021-10-28' },
  { minor: '1.18', released: '2020-03-25', endOfLife: '2021-06-18' },
  { minor: '1.17', released: '2019-12-09', endOfLife: '2021-01-13' },
  { minor: '1.16', released: '2019-09-18', endOfLife: '2020-09-02' },
  { minor: '1.15', released: '2019-06-19', endOfLife: '2020-05-06' },
  { minor: '1.14', released: '2019-03-25', endOfLife: '2019-12-11' },
  { minor: '1.13', released: '2018-12-03', endOfLife: '2019-10-15' },
  { minor: '1.12', released: '2018-09-27', endOfLife: '2019-07-08' },
  { minor: '1.11', released: '2018-06-27', endOfLife: '2019-05-01' },
  { minor: '1.10', released: '2018-03-26', endOfLife: '2019-02-13' },
  { minor: '1.9', released: '2017-12-15', endOfLife: '2018-09-29' },
  { minor: '1.8', released: '2017-09-29', endOfLife: '2018-07-12' },
];

/** The release that a version belongs to; undefined for one that is not in the table. */
export function releaseOf(version: KubernetesVersion): Release | undefined {
  return releases.find(({ minor }) => minor === minorOf(version));
}

/** `1.35 (2025-12-17)`; the minor alone where the table has no day for it. */
export function withDay(minor: string): string {
  const release = releases.find((one) => one.minor === minor);
  return release === undefined ? minor : `${minor} (${release.released})`;
}

/**
 * Whether Kubernetes mends a release no longer. One whose last day is unknown has ended when a newer one has: they end
 * in the order in which they came.
 * @param today as YYYY-MM-DD
 */
export function hasEnded(release: Release, today: string): boolean {
  const newer = releases.slice(0, releases.indexOf(release) + 1);
  return newer.some(({ endOfLife }) => endOfLife !== undefined && endOfLife < today);
}

/** The releases that still get fixes, newest first. */
export function supportedReleases(today: string): readonly Release[] {
  return releases.filter((release) => !hasEnded(release, today));
}
