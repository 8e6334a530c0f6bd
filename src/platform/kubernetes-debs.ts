// How apt gets Kubernetes' packages: our files of its repository, and the functions that install and take away.
import { script, type Command } from '../core/command.ts';
import { useHostProxies } from '../core/host.ts';
import { managedMark } from '../core/managed.ts';
import { aptGet } from './package-managers.ts';

/** Each bears our name, so that none is ever somebody else's. */
export const debFiles = {
  list: '/etc/apt/sources.list.d/ipvs-bootstrap-kubernetes.list',
  key: '/etc/apt/keyrings/ipvs-bootstrap-kubernetes.asc',
  ca: '/etc/apt/keyrings/ipvs-bootstrap-kubernetes-ca.pem',
  settings: '/etc/apt/apt.conf.d/90ipvs-bootstrap-kubernetes',
} as const;

export interface DebRepository {
  /** With a slash at its end. */
  readonly url: string;
  /** Armored. */
  readonly key: string;
  /** PEM of those who vouch for the site, where hosts do not know them. */
  readonly ca: string | null;
}

export interface DebFile {
  readonly path: string;
  readonly content: string;
}

/** What apt must read, in the order of writing: the list comes when all that it needs is there. */
export function debRepositoryFiles({ url, key, ca }: DebRepository): readonly DebFile[] {
  const certificates = ca === null ? [] : certificateFiles(new URL(url).hostname, ca);
  const list = `${managedMark}\ndeb [signed-by=${debFiles.key}] ${url} /\n`;
  return [{ path: debFiles.key, content: key }, ...certificates, { path: debFiles.list, content: list }];
}

/** For that host alone: apt's other repositories keep theirs. */
function certificateFiles(host: string, ca: string): readonly DebFile[] {
  const setting = `// ${managedMark.slice(2)}\nAcquire::https::${host}::CaInfo "${debFiles.ca}";\n`;
  return [
    { path: debFiles.ca, content: ca },
    { path: debFiles.settings, content: setting },
  ];
}

/** A mirror may be slow; one that says nothing is not waited for. */
const patience = '-o Acquire::Retries=2 -o Acquire::http::Timeout=60 -o Acquire::https::Timeout=60';

/**
 * Shell function `install_kubernetes LIST fresh|known NAME=VERSION…`: reads the repository of that list anew, and installs.
 * Dependencies come from the distribution, too. When anything fails, a fresh list goes again: it would be in the way of
 * whatever else the host installs.
 */
export const installDebs: Command = script(`
${useHostProxies.text}
install_kubernetes() {
  list=$1 age=$2
  shift 2
  DEBIAN_FRONTEND=noninteractive dpkg --configure -a --force-confdef --force-confold || return
  ${aptGet} ${patience} -o Dir::Etc::SourceList="$list" -o Dir::Etc::SourceParts=/dev/null \\
    -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any update && ${aptGet} ${patience} install "$@" || {
    [ "$age" != fresh ] || rm -f "$list"
    return 1
  }
}
`);

/**
 * Shell function `remove_kubernetes NAME…`. dpkg takes nothing along that others need: it refuses. As it does not wait for
 * another package manager, that is done here, for ten minutes.
 */
export const removeDebs: Command = script(`
remove_kubernetes() {
  tries=0
  while inode=$(stat -c %i /var/lib/dpkg/lock-frontend 2>/dev/null) && grep -q ":$inode " /proc/locks; do
    tries=$((tries + 1))
    [ "$tries" -le 200 ] || { echo "another package manager holds /var/lib/dpkg/lock-frontend" >&2; return 1; }
    sleep 3
  done
  systemctl disable --now --quiet kubelet.service
  apt-mark -q unhold "$@" && DEBIAN_FRONTEND=noninteractive dpkg --purge "$@"
}
`);
