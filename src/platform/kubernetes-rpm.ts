// Kubernetes' rpm packages in the layout of pkgs.k8s.io: the repository's file, its key, and what installs an exact version.
import { cmd, script, sequence, type Command } from '../core/command.ts';
import type { Family } from './distributions.ts';

export type RpmFamily = Exclude<Family, 'debian'>;

const programs = ['kubelet', 'kubeadm', 'kubectl'] as const;
/** cri-tools and kubernetes-cni come along: kubeadm and the kubelet need them. */
export const heldRpms = [...programs, 'cri-tools', 'kubernetes-cni'] as const;

const repositoryId = 'kubernetes';
const makers = 'https://pkgs.k8s.io';

/** Where the makers' key lies, for the package manager and for whoever asks where it came from. */
export const rpmKeyPath = '/etc/pki/rpm-gpg/RPM-GPG-KEY-kubernetes';

const repositoryPaths: Readonly<Record<RpmFamily, string>> = {
  rhel: `/etc/yum.repos.d/${repositoryId}.repo`,
  suse: `/etc/zypp/repos.d/${repositoryId}.repo`,
};

interface RpmRepository {
  /** Such as 1.37: there is a repository for each minor. */
  readonly minor: string;
  /** A site with the makers' paths below it. */
  readonly mirror?: string;
  readonly keyPath?: string;
}

/** The URL below which a minor's repository lies; the key is `repodata/repomd.xml.key` in it. */
export function rpmRepositoryUrl({ minor, mirror = makers }: Omit<RpmRepository, 'keyPath'>): string {
  const { href } = new URL(`${mirror.replace(/\/+$/, '')}/core:/stable:/v${minor}/rpm/`);
  // Package managers fill in $basearch and the like.
  return href.replaceAll('$', '%24');
}

/**
 * The repository's file. Packages and index must be signed, by the key of this host and no other. dnf keeps off the
 * packages in upgrades by `exclude`; zypper does not know that word, and has locks.
 */
export function rpmRepositoryFile(
  family: RpmFamily,
  repository: RpmRepository,
): { readonly path: string; readonly content: string } {
  const lines = [
    '# Written by ipvs-bootstrap.',
    `[${repositoryId}]`,
    `name=Kubernetes ${repository.minor}`,
    `baseurl=${rpmRepositoryUrl(repository)}`,
    'enabled=1',
    'gpgcheck=1',
    'repo_gpgcheck=1',
    `gpgkey=file://${repository.keyPath ?? rpmKeyPath}`,
    // A site that is down, or a key that has come to its end, must not stop the host's other updates.
    ...(family === 'rhel' ? ['skip_if_unavailable=1', `exclude=${heldRpms.join(' ')}`] : ['type=rpm-md']),
  ];
  return { path: repositoryPaths[family], content: `${lines.join('\n')}\n` };
}

/**
 * Makes a key the package manager's, once its file is there. A key that has got a later end keeps its fingerprint, and both
 * rpm and dnf would stay with the copy that they have: so that is thrown away first.
 * @param fingerprint 40 hexadecimal digits
 */
export function importRpmKey(fingerprint: string, keyPath = rpmKeyPath): Command {
  return sequence([forgetRpmKey(fingerprint), cmd`rpm --import ${keyPath}`]);
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
install_exactly() {
  zypper --non-interactive --quiet refresh ${repositoryId} || return
  zypper --non-interactive --quiet install --no-recommends --oldpackage "$@" || case $? in
    102 | 103 | 106) ;;
    *) return 1 ;;
  esac
}
`),
};

/** Installs kubelet, kubeadm and kubectl of exactly this version, such as 1.37.2, though a newer one may be there. */
export function installRpms(family: RpmFamily, version: string): Command {
  const separator = family === 'rhel' ? '-' : '=';
  const wanted = programs.map((name) => `${name}${separator}${version}`);
  return sequence([installers[family], cmd`install_exactly ${wanted}`]);
}

/** Whether an installed package, as `VERSION-RELEASE`, is of a Kubernetes version: 1.37.2-150500.1.1 is of 1.37.2. */
export function isRpmOf(installed: string, version: string): boolean {
  return installed === version || installed.startsWith(`${version}-`);
}

/** Takes away those that are there, all or none: rpm refuses when another package needs one of them. */
export function removeRpms(): Command {
  return sequence([removePresent, cmd`remove_present ${heldRpms}`]);
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
export function lockRpms(): Command {
  return cmd`zypper --non-interactive --quiet addlock ${heldRpms}`;
}

/** Before another version is installed, and when all is taken back. Locks that are not there do no harm. */
export function unlockRpms(): Command {
  return cmd`zypper --non-interactive --quiet removelock ${heldRpms}`;
}

/** The packages that /etc/zypp/locks keeps as they are. */
export function lockedRpms(locks: string): readonly string[] {
  return [...locks.matchAll(/^solvable_name:[ \t]*(\S+)/gm)].map(([, name = '']) => name);
}
