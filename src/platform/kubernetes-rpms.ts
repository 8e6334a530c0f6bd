// How dnf, yum and zypper get Kubernetes' packages: our files of its repository, its key, and what installs exactly one
// version.
import { cmd, script, sequence, type Command } from '../core/command.ts';
import { managedMark } from '../core/managed.ts';
import { Secret, type Content } from '../core/secret.ts';
import type { Family } from './distributions.ts';
import { inUrl, proxied, type DownloadProxy } from './download-proxy.ts';
import { zypperInstall } from './package-managers.ts';

export type RpmFamily = Exclude<Family, 'debian'>;

const repositoryId = 'ipvs-bootstrap-kubernetes';

/** The user's settings of the kubelet. The package has such a file, too, leaves one that is there, and takes it along when it goes. */
export const rpmSettings = '/etc/sysconfig/kubelet';

/** Each bears our name, so that none is ever somebody else's. */
export const rpmFiles = {
  repository: {
    rhel: `/etc/yum.repos.d/${repositoryId}.repo`,
    suse: `/etc/zypp/repos.d/${repositoryId}.repo`,
  },
  key: `/etc/pki/rpm-gpg/${repositoryId}.asc`,
  ca: `/etc/pki/rpm-gpg/${repositoryId}-ca.pem`,
  /** The login of zypper; dnf has it in the repository's file. */
  credentials: `/etc/zypp/credentials.d/${repositoryId}`,
} as const;

/** Where zypper looks for certificates: one in a file, each called by its hash. */
export const caDirectory = `/etc/pki/rpm-gpg/${repositoryId}-ca`;

export interface RpmRepository {
  /** With a slash at its end. */
  readonly url: string;
  /** Armored. */
  readonly key: string;
  /** PEM of those who vouch for the site, where hosts do not know them. */
  readonly ca: string | null;
  readonly login: DownloadProxy['login'];
  /** On the way to the site. */
  readonly proxy: DownloadProxy | null;
  /** Whether it is reached past a proxy that there is otherwise. */
  readonly isDirect: boolean;
  /** All packages that are taken from it. */
  readonly packages: readonly string[];
}

export interface RpmFile {
  readonly path: string;
  readonly content: Content;
  /** Octal permission bits; 0o644 by default. */
  readonly mode?: number;
}

/**
 * What the package manager must read, in the order of writing. Packages and index must be signed, by this key and no other.
 * dnf keeps off the packages in upgrades by `exclude`; zypper does not know that word, and has locks.
 */
export function rpmRepositoryFiles(family: RpmFamily, repository: RpmRepository): readonly RpmFile[] {
  const { key, ca, login, proxy } = repository;
  const lines = [
    managedMark,
    `[${repositoryId}]`,
    'name=Kubernetes',
    `baseurl=${family === 'rhel' ? plainUrl(repository) : zypperUrl(repository)}`,
    'enabled=1',
    'gpgcheck=1',
    'repo_gpgcheck=1',
    `gpgkey=file://${rpmFiles.key}`,
    ...(family === 'rhel' ? dnfLines(repository) : ['type=rpm-md']),
  ];
  const text = `${lines.join('\n')}\n`;
  const isSecret = proxy?.login != null || (family === 'rhel' && login !== null);
  const list = { path: rpmFiles.repository[family], content: text };
  return [
    { path: rpmFiles.key, content: key },
    ...(ca === null ? [] : [{ path: rpmFiles.ca, content: ca }]),
    ...(family === 'suse' ? credentialFiles(repository) : []),
    isSecret ? { ...list, content: new Secret(text, 'repository with its login'), mode: 0o600 } : list,
  ];
}

/** $basearch and the like would be filled in. */
function plainUrl({ url }: RpmRepository): string {
  return new URL(url).href.replaceAll('$', '%24');
}

function dnfLines({ ca, login, proxy, isDirect, packages }: RpmRepository): readonly string[] {
  return [
    ...(ca === null ? [] : [`sslcacert=${rpmFiles.ca}`]),
    ...(login === null ? [] : [`username=${login.user}`, `password=${login.password.reveal()}`]),
    ...(proxy === null ? [] : [`proxy=${proxy.proxy}`]),
    ...(proxy?.login == null
      ? []
      : [`proxy_username=${proxy.login.user}`, `proxy_password=${proxy.login.password.reveal()}`]),
    ...(isDirect ? ['proxy=_none_'] : []),
    // A site that is down, or a key that has come to its end, must not stop the host's other updates.
    'skip_if_unavailable=1',
    `exclude=${packages.join(' ')}`,
  ];
}

/** zypper has settings of one repository in its URL. It hides the password of a proxy in what it prints. – zypper(8) */
function zypperUrl(repository: RpmRepository): string {
  const { ca, login, proxy } = repository;
  const settings = {
    ...(login === null ? {} : { credentials: repositoryId }),
    ...(ca === null ? {} : { ssl_capath: caDirectory }),
    ...(proxy === null ? {} : proxySettings(proxy)),
  };
  const query = Object.entries(settings)
    .map(([name, value]) => `${name}=${inUrl(value).replaceAll('%2F', '/')}`)
    .join('&');
  return `${plainUrl(repository)}${query === '' ? '' : `?${query}`}`;
}

function proxySettings({ proxy, login }: DownloadProxy): Readonly<Record<string, string>> {
  const { hostname, port } = new URL(proxy);
  return {
    proxy: hostname,
    // The only one that a URL leaves out.
    proxyport: port === '' ? '80' : port,
    ...(login === null ? {} : { proxyuser: login.user, proxypass: login.password.reveal() }),
  };
}

function credentialFiles({ login }: RpmRepository): readonly RpmFile[] {
  if (login === null) return [];
  const text = `username=${login.user}\npassword=${login.password.reveal()}\n`;
  return [
    { path: rpmFiles.credentials, content: new Secret(text, "zypper's login at the mirror"), mode: 0o600 },
  ];
}

/** Whether a password can stand in a line of their files: dnf fills in variables, and both cut blanks off at the ends. */
export function isRpmPassword(family: RpmFamily, password: Secret): boolean {
  const text = password.reveal();
  return text.trim() === text && !/[\r\n]/.test(text) && !(family === 'rhel' && /\$[\w{]/.test(text));
}

/**
 * Makes zypper's directory of certificates from PEM on the standard input. Whoever writes the CA's file after it knows
 * that it is whole.
 */
export const makeCaDirectory: Command = sequence([
  cmd`dir=${caDirectory}`,
  script(`
rm -rf "$dir.new" && mkdir -p "$dir.new" &&
awk -v dir="$dir.new" '/-----BEGIN /{n++} n{print >(dir "/" n ".pem")}' &&
for file in "$dir.new"/*.pem; do
  hash=$(openssl x509 -hash -noout -in "$file") || exit
  n=0
  while [ -e "$dir.new/$hash.$n" ]; do n=$((n + 1)); done
  mv "$file" "$dir.new/$hash.$n" || exit
done &&
rm -rf "$dir" && mv "$dir.new" "$dir"
`),
]);

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
  return sequence([
    forgetKey,
    cmd`forget_key ${fingerprint.toLowerCase()}`,
    script(`rm -rf /var/cache/dnf/${repositoryId}-*/pubring /var/cache/libdnf5/${repositoryId}-*/pubring`),
  ]);
}

/**
 * Function `forget_key FINGERPRINT`, in small letters. rpm calls a key by the last eight digits of its fingerprint, from 6
 * on by all of it; and from 4.20 on it may keep keys elsewhere than among its packages.
 */
const forgetKey = script(`
forget_key() {
  for key in $(rpm -q --qf '%{VERSION}\\n' gpg-pubkey | grep -xE '[0-9a-f]{8,40}' | sort -u); do
    case $1 in *"$key") rpm -e --allmatches "gpg-pubkey-$key" || return ;; esac
  done
  if rpmkeys --list 2>/dev/null | grep -q "^$1 "; then rpmkeys --delete "$1"; fi
}
`);

/**
 * Functions `install_exactly NAME VERSION…`: nothing that is only recommended, and the repository's `exclude` set aside.
 * A repository that cannot be used is an error here: dnf would leave it out, and say only that it finds no package. Being
 * quiet, it would not say why a download has failed.
 */
const installers: Readonly<Record<RpmFamily, Command>> = {
  rhel: script(`
install_exactly() {
  if command -v dnf >/dev/null; then
    with_proxy dnf -y --setopt=install_weak_deps=False --setopt=${repositoryId}.skip_if_unavailable=0 \\
      --setopt=disable_excludes=${repositoryId} install "$@"
  else
    with_proxy yum -y --setopt=${repositoryId}.skip_if_unavailable=0 --disableexcludes=${repositoryId} install "$@"
  fi || tell_proxy
}
`),
  suse: script(`${zypperInstall}
install_exactly() {
  with_proxy zypper --non-interactive --quiet refresh ${repositoryId} || { tell_proxy; return; }
  zypper_install --oldpackage "$@"
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
  return sequence([proxied, installers[family], cmd`install_exactly ${[...wanted, ...others]}`]);
}

/**
 * Takes away those that are there, all or none: rpm refuses when another package needs one of them. Beside settings that
 * were there before them, they leave their own.
 * @param kept settings that were there before them
 */
export function removeRpms(names: readonly string[], kept: readonly string[]): Command {
  const beside = kept.includes(rpmSettings) ? [cmd`rm -f ${`${rpmSettings}.rpmnew`}`] : [];
  return sequence([removePresent, cmd`remove_present ${names}`, ...beside]);
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
