// A proxy for downloads alone: what tells apt, containerd and each command that downloads of it.
import { script, sequence, type Command } from '../core/command.ts';
import { useHostProxies } from '../core/host.ts';
import { managedDirectories, managedMark } from '../core/managed.ts';
import { Secret, type Content } from '../core/secret.ts';

/** Each bears our name, so that none is ever somebody else's. */
export const proxyFiles = {
  /** apt reads the last one of its directory last, so that it counts most. */
  apt: '/etc/apt/apt.conf.d/zz-ipvs-bootstrap-proxy',
  aptLogin: '/etc/apt/auth.conf.d/ipvs-bootstrap-proxy.conf',
  /** Variables: for containerd, and for commands of ours that download. */
  environment: `${managedDirectories.config}/downloads.env`,
  containerd: '/etc/systemd/system/containerd.service.d/ipvs-bootstrap-proxy.conf',
} as const;

/** Made anew when what containerd reads of them goes: a file that is gone has no time, and services restart by times. */
export const removedMark = `${managedDirectories.run}/downloads.removed`;

export interface DownloadProxy {
  /** `http://HOST:PORT` */
  readonly proxy: string;
  readonly login: { readonly user: string; readonly password: Secret } | null;
  readonly noProxy: readonly string[];
}

export interface ProxyFile {
  readonly path: string;
  readonly content: Content;
  readonly mode: number;
}

/**
 * apt has no networks in its exceptions, only hosts.
 * @param direct hosts of its repositories that are reached without the proxy
 */
export function aptProxyFiles(
  { proxy, login }: DownloadProxy,
  direct: readonly string[],
): readonly ProxyFile[] {
  const lines = [
    `// ${managedMark.slice(2)}`,
    ...['http', 'https'].map((scheme) => `Acquire::${scheme}::Proxy "${proxy}";`),
    ...direct.flatMap(directLines),
  ];
  const file = { path: proxyFiles.apt, content: `${lines.join('\n')}\n`, mode: 0o644 };
  if (login === null) return [file];
  const machines = [new URL(proxy).host, proxy].map((machine) => aptLogin(machine, login));
  // Without a scheme for those before apt 2.0, with it for all others. – apt_auth.conf(5)
  const text = `${managedMark}\n${machines.join('')}`;
  const content = new Secret(text, "apt's login at the proxy");
  return [{ path: proxyFiles.aptLogin, content, mode: 0o600 }, file];
}

/** Settings with which apt reaches a host past any proxy. */
export function directLines(host: string): readonly string[] {
  return ['http', 'https'].map((scheme) => `Acquire::${scheme}::Proxy::${host} "DIRECT";`);
}

/** A line of apt's auth.conf. Nothing in it can be quoted: see `isAptPassword`. */
export function aptLogin(machine: string, { user, password }: NonNullable<DownloadProxy['login']>): string {
  return `machine ${machine} login ${user} password ${password.reveal()}\n`;
}

/** Whether apt can be told it. */
export function isAptPassword(password: Secret): boolean {
  return !/\s/.test(password.reveal());
}

/** What containerd and our own commands read, in the order of writing. */
export function environmentFiles(settings: DownloadProxy): readonly ProxyFile[] {
  const url = proxyUrl(settings);
  const values = { http_proxy: url, https_proxy: url, no_proxy: settings.noProxy.join(',') };
  const lines = Object.entries(values).flatMap(([name, value]) => [
    `${name}=${value}`,
    `${name.toUpperCase()}=${value}`,
  ]);
  const text = `${managedMark}\n${lines.join('\n')}\n`;
  const { login } = settings;
  return [
    login === null
      ? { path: proxyFiles.environment, content: text, mode: 0o644 }
      : { path: proxyFiles.environment, content: new Secret(text, 'proxy with its login'), mode: 0o600 },
    { path: proxyFiles.containerd, content: dropIn, mode: 0o644 },
  ];
}

/** The variables stand in a file of their own: systemd shows those of a unit to everybody. */
const dropIn = `${managedMark}
[Service]
EnvironmentFile=-${proxyFiles.environment}
`;

/** With the login in it, as it stands in those files. */
function proxyUrl({ proxy, login }: DownloadProxy): string {
  if (login === null) return proxy;
  return proxy.replace('://', `://${inUrl(login.user)}:${inUrl(login.password.reveal())}@`);
}

/** As it stands in a URL, and in no need of quotes for a shell or for systemd. */
export function inUrl(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Functions `with_proxy COMMAND…`, which runs a command with these variables where there are any, and `tell_proxy`, which
 * names the proxy after something has failed, and fails, too. Without these, what is behind has the host's own proxies.
 */
export const proxied: Command = sequence([
  useHostProxies,
  script(`
with_proxy() (
  if [ -r ${proxyFiles.environment} ]; then set -a; . ${proxyFiles.environment}; set +a; fi
  "$@"
)
tell_proxy() {
  proxy=$(sed -n 's#^https_proxy=http://\\([^@]*@\\)\\{0,1\\}##p' ${proxyFiles.environment} 2>/dev/null)
  [ -z "$proxy" ] || echo "(downloads go through the proxy $proxy: cluster.downloads)" >&2
  return 1
}
`),
]);
