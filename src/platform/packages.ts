// What a package is called in each family of distributions, and which other package does its job.
import type { Family } from './distributions.ts';

export interface PackageNames {
  /** Where the name differs from Debian's. */
  readonly names?: Partial<Record<Family, string>>;
  /** Packages that bring the same programs; with one of them there is nothing to install. */
  readonly replacedBy?: readonly string[];
  /** A program that shows that it is there, where it may have come without a package. */
  readonly program?: string;
  /** Where the names were read; left out where nobody has looked them up. */
  readonly source?: string;
}

/** By Debian's name. A package that is not here has the same name everywhere. */
export const packages: Readonly<Record<string, PackageNames>> = {
  conntrack: {
    names: { rhel: 'conntrack-tools', suse: 'conntrack-tools' },
    source: 'https://github.com/kubernetes/release/pull/3712',
  },
  containerd: {
    replacedBy: ['containerd.io'],
    program: 'containerd',
    source: 'https://docs.docker.com/engine/install/rhel/',
  },
  'containernetworking-plugins': {
    names: { suse: 'cni-plugins' },
    replacedBy: ['kubernetes-cni'],
    program: '/opt/cni/bin/bridge',
  },
  curl: { replacedBy: ['curl-minimal'] },
  ebtables: { replacedBy: ['iptables-ebtables', 'iptables-nft'] },
  // RHEL 9 and Fedora have several, none of them called iptables.
  iptables: { replacedBy: ['iptables-nft', 'iptables-legacy'] },
  iproute2: { names: { rhel: 'iproute' } },
  'iputils-arping': { names: { rhel: 'iputils', suse: 'iputils' } },
  mount: { names: { rhel: 'util-linux', suse: 'util-linux' } },
  procps: { names: { rhel: 'procps-ng' } },
  runc: { replacedBy: ['containerd.io'], program: 'runc' },
};

/** The package's name in a family; Debian's own for a family we do not know. */
export function packageName(name: string, family: Family | undefined): string {
  return (family === undefined ? undefined : packages[name]?.names?.[family]) ?? name;
}

/** Every package that may be installed in its place, itself included, whatever the family. */
export function equivalentPackages(name: string): readonly string[] {
  const { names = {}, replacedBy = [] } = packages[name] ?? {};
  return [...new Set([name, ...Object.values(names), ...replacedBy])];
}

/** The program that shows that a package's content is there, however it came. */
export function packageProgram(name: string): string | undefined {
  return packages[name]?.program;
}
