// What a host does with IPv6: whether it is on, where its default route comes from, and what keeps that for the next boot.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

export interface HostIpv6 {
  /** Whether interfaces may have addresses of it. */
  readonly isOn: boolean;
  /** Interfaces with a default route by router advertisements. */
  readonly advertised: readonly string[];
  /** `accept_ra` by interface: 1 only while nothing is forwarded, 2 always, 0 where a program takes the advertisements. */
  readonly acceptRa: Readonly<Record<string, number>>;
  /** Interfaces for which files of others (sysctl.d) say 2, and none says anything else. */
  readonly keptByOthers: readonly string[];
}

export const hostIpv6: Fact<HostIpv6> = {
  name: 'host.ipv6',
  scope: 'host',
  // Not the shell's own `read`: that of dash reads byte by byte, and /proc/sys answers the first read only. Of files with one
  // name the first counts, as with systemd-sysctl.
  probe: () =>
    script(`
grep -hs '' /proc/sys/net/ipv6/conf/all/disable_ipv6 | sed 's/^/disable_ipv6 /'
ip -6 -o route show default proto ra 2>/dev/null | grep -o 'dev [^ ]*' | sort -u | sed 's/^dev/advertised/'
grep -s '' /proc/sys/net/ipv6/conf/*/accept_ra /dev/null
seen=' '
for file in /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /lib/sysctl.d/*.conf; do
  name=\${file##*/}
  case $name in *ipvs-bootstrap*) continue ;; esac
  case "$seen" in *" $name "*) continue ;; esac
  seen="$seen$name "
  grep -s accept_ra "$file" | sed 's/^/file /'
done
echo checked
`),
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the questions did not come to their end');
    const live = [...stdout.matchAll(/^\/proc\/sys\/net\/ipv6\/conf\/(.+)\/accept_ra:(\d+)$/gm)];
    return {
      isOn: /^disable_ipv6 0$/m.test(stdout),
      advertised: [...stdout.matchAll(/^advertised (\S+)$/gm)].flatMap(([, device]) => device ?? []),
      acceptRa: Object.fromEntries(live.map(([, device = '', value]) => [device, Number(value)])),
      keptByOthers: keptInFiles(stdout),
    };
  },
};

function keptInFiles(stdout: string): readonly string[] {
  const settings = [...stdout.matchAll(/^file\s+-?([^#;=\s]+)\s*=\s*(\S+)/gm)].flatMap(
    ([, key = '', value]) => {
      const device = /^net\/ipv6\/conf\/(.+)\/accept_ra$/.exec(withSlashes(key))?.[1];
      return device === undefined ? [] : [{ device, isOn: value === '2' }];
    },
  );
  const others = settings.filter(({ isOn }) => !isOn).map(({ device }) => device);
  return [...new Set(settings.map(({ device }) => device))].filter((device) => !others.includes(device));
}

/** Where a key has dots between its words, a slash stands for a dot in one of them. */
function withSlashes(key: string): string {
  if (/^[^.]*\//.test(key)) return key;
  return key.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
}
