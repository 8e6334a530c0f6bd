// How apt gets Kubernetes' packages: our files of its repository, and the functions that install and take away.
import { script, sequence, type Command } from '../core/command.ts';
import { managedMark } from '../core/managed.ts';
import { Secret, type Content } from '../core/secret.ts';
import { aptLogin, directLines, proxied, type DownloadProxy } from './download-proxy.ts';
import { aptGet } from './package-managers.ts';

/** The user's settings of the kubelet. The package has such a file, too, leaves one that is there, and takes it along when it goes. */
export const debSettings = '/etc/default/kubelet';

/** Each bears our name, so that none is ever somebody else's. */
export const debFiles = {
  list: '/etc/apt/sources.list.d/ipvs-bootstrap-kubernetes.list',
  key: '/etc/apt/keyrings/ipvs-bootstrap-kubernetes.asc',
  ca: '/etc/apt/keyrings/ipvs-bootstrap-kubernetes-ca.pem',
  settings: '/etc/apt/apt.conf.d/90ipvs-bootstrap-kubernetes',
  login: '/etc/apt/auth.conf.d/ipvs-bootstrap-kubernetes.conf',
} as const;

export interface DebRepository {
  /** What stands before the minor. */
  readonly site: string;
  /** With a slash at its end. */
  readonly url: string;
  /** Armored. */
  readonly key: string;
  /** PEM of those who vouch for the site, where hosts do not know them. */
  readonly ca: string | null;
  readonly login: DownloadProxy['login'];
  /** Whether it is reached past a proxy that apt has otherwise. */
  readonly isDirect: boolean;
}

export interface DebFile {
  readonly path: string;
  readonly content: Content;
  /** Octal permission bits; 0o644 by default. */
  readonly mode?: number;
}

/** What apt must read, in the order of writing: the list comes when all that it needs is there. */
export function debRepositoryFiles(repository: DebRepository): readonly DebFile[] {
  const { url, key, ca } = repository;
  const list = `${managedMark}\ndeb [signed-by=${debFiles.key}] ${url} /\n`;
  return [
    { path: debFiles.key, content: key },
    ...(ca === null ? [] : [{ path: debFiles.ca, content: ca }]),
    ...settingFiles(repository),
    ...loginFiles(repository),
    { path: debFiles.list, content: list },
  ];
}

/** For that host alone: apt's other repositories keep theirs. */
function settingFiles({ url, ca, isDirect }: DebRepository): readonly DebFile[] {
  const { hostname } = new URL(url);
  const lines = [
    ...(ca === null ? [] : [`Acquire::https::${hostname}::CaInfo "${debFiles.ca}";`]),
    ...(isDirect ? directLines(hostname) : []),
  ];
  if (lines.length === 0) return [];
  const content = [`// ${managedMark.slice(2)}`, ...lines].map((line) => `${line}\n`).join('');
  return [{ path: debFiles.settings, content }];
}

/** For that host and what is below that path. */
function loginFiles({ site, login }: DebRepository): readonly DebFile[] {
  if (login === null) return [];
  const { protocol, host, pathname } = new URL(site);
  // Of http apt wants to be sure.
  const machine = `${protocol === 'http:' ? 'http://' : ''}${host}${pathname.replace(/\/+$/, '')}/`;
  const content = new Secret(`${managedMark}\n${aptLogin(machine, login)}`, "apt's login at the mirror");
  return [{ path: debFiles.login, content, mode: 0o600 }];
}

/** A mirror may be slow; one that says nothing is not waited for. */
const patience = '-o Acquire::Retries=2 -o Acquire::http::Timeout=60 -o Acquire::https::Timeout=60';

/**
 * Shell function `install_kubernetes LIST fresh|known NAME=VERSION…`: reads the repository of that list anew, and installs.
 * Dependencies come from the distribution, too. When anything fails, a fresh list goes again: it would be in the way of
 * whatever else the host installs.
 */
export const installDebs: Command = sequence([
  proxied,
  script(`
install_kubernetes() {
  list=$1 age=$2
  shift 2
  DEBIAN_FRONTEND=noninteractive dpkg --configure -a --force-confdef --force-confold || return
  ${aptGet} ${patience} -o Dir::Etc::SourceList="$list" -o Dir::Etc::SourceParts=/dev/null \\
    -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any update && ${aptGet} ${patience} install "$@" || {
    code=$?
    [ "$age" != fresh ] || rm -f "$list"
    tell_proxy
    return "$code"
  }
}
`),
]);

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
