// Where a host's resolver is configured, and which of its files pods can use.
import { cmd, script } from '../../core/command.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';

export interface HostResolver {
  /** The files that are there: what the kubelet's own flag names, systemd-resolved's list, then the common ones. */
  readonly files: readonly { readonly path: string; readonly nameservers: readonly string[] }[];
  /** Where /etc/resolv.conf leads, if that is not there. */
  readonly dangling: string | null;
  /** The host is part of a cluster already. */
  readonly isNode: boolean;
}

export const hostResolver: Fact<HostResolver> = {
  name: 'host.resolver',
  scope: 'host',
  probe: () => cmd`if [ -e ${kubernetesPaths.kubeletKubeconfig} ]; then echo node; fi\n${collect}`,
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    const files = stdout
      .split(/^file /m)
      .slice(1)
      .map((part) => ({
        path: part.split('\n', 1)[0] ?? '',
        nameservers: [...part.matchAll(/^nameserver (\S+)$/gm)].map(([, server = '']) => server),
      }));
    return {
      files,
      dangling: /^dangling (.*)$/m.exec(stdout)?.[1] ?? null,
      isNode: /^node$/m.test(stdout),
    };
  },
};

/**
 * The flag stands behind ours on the kubelet's command line, and so holds. systemd-resolved's file is old where that does
 * not run.
 */
const collect = script(`
files='/etc/resolv.conf /run/NetworkManager/no-stub-resolv.conf'
if systemctl -q is-active systemd-resolved.service 2>/dev/null; then files="/run/systemd/resolve/resolv.conf $files"; fi
for settings in /etc/default/kubelet /etc/sysconfig/kubelet; do
  [ -f "$settings" ] || continue
  file=$(sed -n '/^[[:space:]]*KUBELET_EXTRA_ARGS=/s/.*--resolv-conf[= ]\\([^"'\\''[:space:]]*\\).*/\\1/p' "$settings" | tail -n 1)
  [ -z "$file" ] || files="$file $files"
done
set -f
for file in $files; do
  [ -f "$file" ] || continue
  echo "file $file"
  sed -n 's/^[[:space:]]*nameserver[[:space:]][[:space:]]*\\([^[:space:]]*\\).*/nameserver \\1/p' "$file"
done
if [ -L /etc/resolv.conf ] && [ ! -e /etc/resolv.conf ]; then echo "dangling $(readlink /etc/resolv.conf)"; fi
echo checked
`);

/** Of the host alone: a pod that asks there asks itself. */
export function isLoopback(server: string): boolean {
  return server.startsWith('127.') || server === '::1';
}

/** Servers that pods can ask, too. */
export function reachableServers(nameservers: readonly string[]): readonly string[] {
  return nameservers.filter((server) => !isLoopback(server));
}

/** The file's path as the kubelet takes it, which wants an empty one where there is none. */
export function resolverPath(resolver: HostResolver): string {
  return kubeletResolver(resolver)?.path ?? '';
}

/** The file that the kubelet gives to pods, the first with servers for them; undefined when there is none at all. */
export function kubeletResolver({ files }: HostResolver): HostResolver['files'][number] | undefined {
  return files.find(({ nameservers }) => reachableServers(nameservers).length > 0) ?? files[0];
}
