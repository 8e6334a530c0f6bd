// The Linux distributions we know, and the family each belongs to.

export type Family = 'debian' | 'rhel' | 'suse';

export interface Distribution {
  /** ID of /etc/os-release. */
  readonly id: string;
  readonly name: string;
  readonly family: Family;
  /** The oldest VERSION_ID whose systemd, kernel and package manager are new enough. */
  readonly oldest: string;
}

/** Distributions by their ID. Others are recognised by ID_LIKE, with a warning. */
export const distributions: readonly Distribution[] = [
  { id: 'debian', name: 'Debian', family: 'debian', oldest: '10' },
  { id: 'ubuntu', name: 'Ubuntu', family: 'debian', oldest: '18.04' },
  { id: 'raspbian', name: 'Raspberry Pi OS', family: 'debian', oldest: '10' },
  { id: 'rhel', name: 'Red Hat Enterprise Linux', family: 'rhel', oldest: '8' },
  { id: 'centos', name: 'CentOS', family: 'rhel', oldest: '7' },
  { id: 'rocky', name: 'Rocky Linux', family: 'rhel', oldest: '8' },
  { id: 'almalinux', name: 'AlmaLinux', family: 'rhel', oldest: '8' },
  { id: 'ol', name: 'Oracle Linux', family: 'rhel', oldest: '8' },
  { id: 'fedora', name: 'Fedora', family: 'rhel', oldest: '35' },
  { id: 'amzn', name: 'Amazon Linux', family: 'rhel', oldest: '2' },
  { id: 'sles', name: 'SUSE Linux Enterprise Server', family: 'suse', oldest: '15' },
  { id: 'opensuse-leap', name: 'openSUSE Leap', family: 'suse', oldest: '15' },
];

/** Families by the words that stand in ID_LIKE. */
const likeness: Readonly<Record<string, Family>> = {
  debian: 'debian',
  ubuntu: 'debian',
  rhel: 'rhel',
  fedora: 'rhel',
  centos: 'rhel',
  suse: 'suse',
  opensuse: 'suse',
};

/** The distribution with this ID. */
export function findDistribution(id: string): Distribution | undefined {
  return distributions.find((distribution) => distribution.id === id);
}

/** The family by ID, or by the nearest relative named in ID_LIKE. */
export function findFamily(id: string, idLike: readonly string[]): Family | undefined {
  const own = findDistribution(id)?.family;
  if (own !== undefined) return own;
  const like = idLike.find((word) => Object.hasOwn(likeness, word));
  return like === undefined ? undefined : likeness[like];
}

/** Compares dotted versions number by number: negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
