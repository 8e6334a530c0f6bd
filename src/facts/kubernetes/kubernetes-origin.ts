// From where a host has Kubernetes, if it has it by us, and whether it reaches the site of the packages.
import { cmd, script, sequence } from '../../core/command.ts';
import { formatEndpoint } from '../../core/ip.ts';
import { versionedPackages } from '../../kube/package-repository.ts';
import type { Fact } from '../fact.ts';
import { ownFilesRecord } from '../files/own-files.ts';
import { tcpConnect } from '../tcp-connect.ts';

export interface KubernetesOrigin {
  /** What is there: the kubelet's package, whoever has installed it, or programs that we sent. */
  readonly origin: 'packages' | 'programs' | null;
  /** Null when the host has nothing to try it with. */
  readonly reachesSite: boolean | null;
}

export interface OriginQuestion {
  /** Name or address of the site. */
  readonly host: string;
  readonly port: number;
  /** `HOST:PORT` on the way to it. */
  readonly proxy?: string;
}

export const kubernetesOrigin: Fact<KubernetesOrigin, OriginQuestion> = {
  name: 'kubernetes.origin',
  scope: 'host',
  probe: ({ host, port, proxy = '' }) =>
    sequence([
      cmd`programs=${ownFilesRecord} host=${host} port=${port} names=${versionedPackages.join('|')}`,
      cmd`proxy=${proxy} site=${formatEndpoint(host, port)}`,
      tcpConnect,
      askProxy,
      look,
    ]),
  parse({ stdout }) {
    const [, origin, reach] = /^(packages|programs|none) (yes|no|unknown)$/m.exec(stdout) ?? [];
    if (origin === undefined) throw new Error(`unexpected answer: ${stdout.slice(0, 80)}`);
    return {
      origin: origin === 'none' ? null : (origin as 'packages' | 'programs'),
      reachesSite: reach === 'unknown' ? null : reach === 'yes',
    };
  },
};

/**
 * The proxy of the inventory, which the host does not know yet, is asked for a tunnel. It is told no login here: that it
 * wants one is an answer, too.
 */
const askProxy = script(`
ask_proxy() {
  address=\${proxy%:*}
  address=\${address#[}
  address=\${address%]}
  case $tcp_client in
    bash)
      status=$(timeout 20 bash -c 'exec 3<>"/dev/tcp/$0/$1" && printf "CONNECT %s HTTP/1.1\\r\\nHost: %s\\r\\n\\r\\n" "$2" "$2" >&3 &&
        read -r _ status _ <&3 && echo "$status"' "$address" "\${proxy##*:}" "$site" 2>/dev/null) ;;
    curl)
      status=$(curl -q -s -o /dev/null -m 20 --noproxy '' --proxytunnel -x "http://$proxy" -w '%{http_connect}' "https://$site/" 2>/dev/null) ;;
    none) echo unknown; return ;;
    *) if tcp_connect "$address" "\${proxy##*:}" 10; then status=200; else status=none; fi ;;
  esac
  case $status in 200 | 407) echo yes ;; *) echo no ;; esac
}
`);

/**
 * The record of programs is written before they are sent, so what it names must be there, too. A proxy of apt's or dnf's
 * reaches for the host; whether it does is seen when they are used.
 */
const look = script(`
origin=none reach=no
for path in $(grep -sE "/($names)\$" "$programs" | cut -d ' ' -f 2 | sort -u); do
  if [ -e "$path" ]; then origin=programs; fi
done
if [ "$(dpkg-query -W -f '\${db:Status-Status}' kubelet 2>/dev/null)" = installed ] ||
   { ! command -v dpkg-query && rpm -q kubelet; } >/dev/null 2>&1; then origin=packages; fi
if [ -n "$proxy" ]; then reach=$(ask_proxy)
elif grep -qsiE '^[^#/]*Acquire::https?::Proxy' /etc/apt/apt.conf /etc/apt/apt.conf.d/* ||
   grep -qsE '^proxy *=' /etc/dnf/dnf.conf /etc/yum.conf; then reach=yes
elif [ "$tcp_client" = none ]; then reach=unknown
elif tcp_connect "$host" "$port" 10; then reach=yes; fi
echo "$origin $reach"
`);
