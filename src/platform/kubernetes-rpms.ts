// How dnf, yum and zypper get Kubernetes' packages: our files of its repository, its key, and what installs exactly one
// version.
import { cmd, script, sequence, type Command } from '../core/command.ts';
import { useHostProxies } from '../core/host.ts';
import { managedMark } from '../core/managed.ts';
import type { Family } from './distributions.ts';

export type RpmFamily = Exclude<Family, 'debian'>;

const repositoryId = 'ipvs-bootstrap-kubernetes';

/** Each bears our name, so that none is ever somebody else's. */
export const rpmFiles = {
  repository: {
    rhel: `/etc/yum.repos.d/${repositoryId}.repo`,
    suse: `/etc/zypp/repos.d/${repositoryId}.repo`,
  },
  key: `/etc/pki/rpm-gpg/${repositoryId}.asc`,
  ca: `/etc/pki/rpm-gpg/${repositoryId}-ca.pem`,
} as const;

export interface RpmRepository {
  /** With a slash at its end. */
  readonly url: string;
  /** Armored. */
  readonly key: string;
  /** PEM of those who vouch for the site, where hosts do not know them. dnf's and yum's alone: zypper takes the system's. */
  readonly ca: string | null;
  /** All packages that are taken from it. */
  readonly packages: readonly string[];
}

export interface RpmFile {
  readonly path: string;
  readonly content: string;
}

/**
 * What the package manager must read, in the order of writing. Packages and index must be signed, by this key and no other.
 * dnf keeps off the packages in upgrades by `exclude`; zypper does not know that word, and has locks.
 */
export function rpmRepositoryFiles(
  family: RpmFamily,
  { url, key, ca, packages }: RpmRepository,
): readonly RpmFile[] {
  const lines = [
    managedMark,
    `[${repositoryId}]`,
    'name=Kubernetes',
    // $basearch and the like would be filled in.
    `baseurl=${new URL(url).href.replaceAll('$', '%24')}`,
    'enabled=1',
    'gpgcheck=1',
    'repo_gpgcheck=1',
    `gpgkey=file://${rpmFiles.key}`,
    ...(ca === null ? [] : [`sslcacert=${rpmFiles.ca}`]),
    // A site that is down, or a key that has come to its end, must not stop the host's other updates.
    ...(family === 'rhel' ? ['skip_if_unavailable=1', `exclude=${packages.join(' ')}`] : ['type=rpm-md']),
  ];
  return [
    { path: rpmFiles.key, content: key },
    ...(ca === null ? [] : [{ path: rpmFiles.ca, content: ca }]),
    { path: rpmFiles.repository[family], content: `${lines.join('\n')}\n` },
  ];
}

/**
 * Makes the key the package manager's, once its file is there. A key that has got a later end keeps its fingerprint, and
 * both rpm and dnf would stay with the copy that they have: so that is thrown away first.
 * @param fingerprint 40 hexadecimal digits
 */
export function importRpmKey(fingerprint: string): Command {
  return sequence([forgetRpmKey(fingerprint), cmd`rpm --import ${rpmFiles.key}`]);
}

/** The package managers know the key no more. */
export function forgetRpmKey(fingerprint: string): Command {
  const name = `gpg-pubkey-${fingerprint.slice(-8).toLowerCase()}`;
  return sequence([
    cmd`if rpm -q ${name} >/dev/null 2>&1; then rpm -e --allmatches ${name}; fi`,
    script(`rm -rf /var/cache/dnf/${repositoryId}-*/pubring /var/cache/libdnf5/${repositoryId}-*/pubring`),
  ]);
}

/**
 * Functions `install_exactly NAME VERSION…`: nothing that is only recommended, and the repository's `exclude` set aside.
 * A repository that cannot be used is an error here: dnf would leave it out, and say only that it finds no package.
 */
const installers: Readonly<Record<RpmFamily, Command>> = {
  rhel: script(`
${useHostProxies.text}
install_exactly() {
  if command -v dnf >/dev/null; then
    dnf -q -y --setopt=install_weak_deps=False --setopt=${repositoryId}.skip_if_unavailable=0 \\
      --setopt=disable_excludes=${repositoryId} install "$@"
  else
    yum -q -y --setopt=${repositoryId}.skip_if_unavailable=0 --disableexcludes=${repositoryId} install "$@"
  fi
}
`),
  // 102, 103 and 106: done, and a reboot, a restart or the index of another repository is still missing.
  suse: script(`
${useHostProxies.text}
install_exactly() {
  zypper --non-interactive --quiet refresh ${repositoryId} || return
  zypper --non-interactive --quiet install --no-recommends --oldpackage "$@" || case $? in
    102 | 103 | 106) ;;
    *) return 1 ;;
  esac
}
`),
};

/** Installs packages of exactly this version, such as 1.37.2, though a newer one may be there; others; and what they need. */
export function installRpms(
  family: RpmFamily,
  names: readonly string[],
  version: string,
  others: readonly string[] = [],
): Command {
  const separator = family === 'rhel' ? '-' : '=';
  const wanted = names.map((name) => `${name}${separator}${version}`);
  return sequence([installers[family], cmd`install_exactly ${[...wanted, ...others]}`]);
}

/** Takes away those that are there, all or none: rpm refuses when another package needs one of them. */
export function removeRpms(names: readonly string[]): Command {
  return sequence([removePresent, cmd`remove_present ${names}`]);
}

const removePresent = script(`
remove_present() {
  present=
  for name in "$@"; do
    if rpm -q "$name" >/dev/null 2>&1; then present="$present $name"; fi
  done
  if [ -n "$present" ]; then rpm -e $present; fi
}
`);

/** zypper's way to keep packages as they are. A lock that is there already stays one. */
export function lockRpms(names: readonly string[]): Command {
  return cmd`zypper --non-interactive --quiet addlock ${names}`;
}

/** Before another version is installed, and when all is taken back. Locks that are not there do no harm. */
export function unlockRpms(names: readonly string[]): Command {
  return cmd`zypper --non-interactive --quiet removelock ${names}`;
}

/** The packages that /etc/zypp/locks keeps as they are. */
export function lockedRpms(locks: string): readonly string[] {
  return [...locks.matchAll(/^solvable_name:[ \t]*(\S+)/gm)].map(([, name = '']) => name);
}
