// How each family of distributions installs packages without asking questions or touching what it need not.
import { script, sequence, type Command } from '../core/command.ts';
import type { Family } from './distributions.ts';
import { proxied } from './download-proxy.ts';

/**
 * No dialogs, no restarts of other services by needrestart, no upgrade of configuration files that were edited, nothing
 * removed, and ten minutes of patience with another package manager.
 */
export const aptGet = `env DEBIAN_FRONTEND=noninteractive LC_ALL=C NEEDRESTART_SUSPEND=1 NEEDRESTART_MODE=l \\
  APT_LISTCHANGES_FRONTEND=none apt-get -q -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=600 \\
  -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold`;

/**
 * Shell function `zypper_install ARGUMENT…`, behind `proxied`. 102, 103 and 106: done, and a reboot, a restart or the index
 * of another repository is still missing.
 */
export const zypperInstall = `
zypper_install() {
  with_proxy zypper --non-interactive --quiet install --no-recommends "$@" || case $? in
    102 | 103 | 106) ;;
    *) tell_proxy ;;
  esac
}`;

function installer(text: string): Command {
  return sequence([proxied, script(text)]);
}

/** By family, the shell function `install_packages NAME…`, which asks the distribution's own sources. */
export const installPackages: Readonly<Record<Family, Command>> = {
  // The second try has fresh lists: those of a new image are often missing, or older than the mirror. Some of the host's
  // repositories may be gone, such as apt.kubernetes.io: what matters is what the others have.
  debian: installer(`
apt_get() { ${aptGet} "$@"; }
install_packages() { apt_get install "$@" || { apt_get update; apt_get install "$@"; } || tell_proxy; }
`),
  rhel: installer(`
install_packages() {
  if command -v dnf >/dev/null; then with_proxy dnf -q -y --setopt=install_weak_deps=False install "$@"
  else with_proxy yum -q -y install "$@"; fi || tell_proxy
}
`),
  suse: installer(`${zypperInstall}
install_packages() { zypper_install "$@"; }
`),
};

/**
 * Shell function `install_from DIRECTORY NAME…`: installs packages and what they depend on from .deb files. Without any
 * other source apt needs no network. Named as sources, files that nothing needs are left alone; named as packages they
 * would all be installed (and with --no-download apt 2.6 loses their paths).
 */
export const installFromFiles = script(`
install_from() {
  dir=$1
  shift
  for file in "$dir"/*.deb; do set -- "$@" --with-source "$file"; done
  ${aptGet} -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=/dev/null install "$@"
}
`);
