// What this program has made a cluster of and proved, in the lab: a row for each combination.

export interface Trial {
  /** Such as v1.20.2. */
  readonly version: string;
  /** The nodes' distribution. */
  readonly system: string;
  readonly runtime: string;
  readonly family: 'IPv4' | 'IPv6' | 'dual-stack';
}

/** test/e2e runs them, but for IPv6 alone, which was run by hand: two control planes behind a virtual IP, and a worker. */
export const trials: readonly Trial[] = [
  { version: 'v1.20.2', system: 'Debian 12', runtime: 'containerd 1.6', family: 'IPv4' },
  { version: 'v1.37.2', system: 'Debian 12', runtime: 'containerd 1.6', family: 'IPv4' },
  { version: 'v1.37.2', system: 'Debian 12', runtime: 'containerd 1.6', family: 'dual-stack' },
  { version: 'v1.37.2', system: 'Debian 13', runtime: 'containerd 2.4', family: 'dual-stack' },
  { version: 'v1.37.2', system: 'Debian 12', runtime: 'containerd 1.6', family: 'IPv6' },
];
