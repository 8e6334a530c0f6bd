// From where a host has Kubernetes, if it has it by us, and whether it reaches the site of the packages.
import { cmd, script, sequence } from '../../core/command.ts';
import { formatEndpoint } from '../../core/ip.ts';
import { versionedPackages } from '../../kube/package-repository.ts';
import type { Fact } from '../fact.ts';
import { proxyFiles } from '../../platform/download-proxy.ts';
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
  /** Whether it speaks http without TLS: proxies open no tunnel to such a one. */
  readonly isPlain?: boolean;
}

export const kubernetesOrigin: Fact<KubernetesOrigin, OriginQuestion> = {
  name: 'kubernetes.origin',
  scope: 'host',
  probe: ({ host, port, proxy = '', isPlain = false }) =>
    sequence([
      cmd`programs=${ownFilesRecord} host=${host} port=${port} names=${versionedPackages.join('|')}`,
      cmd`proxy=${proxy} site=${formatEndpoint(host, port)} is_plain=${isPlain ? 'yes' : 'no'} own=${proxyFiles.apt}`,
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
 * The proxy of the inventory, which the host does not know yet, is asked for a tunnel, or for the site itself where that is
 * plain http: then each answer of the site will do. It is told no login here: that it wants one is an answer, too.
 */
const askProxy = script(`
ask_proxy() {
  address=\${proxy%:*}
  address=\${address#[}
  address=\${address%]}
  if [ "$is_plain" = yes ]; then asked="GET http://$site/" url="http://$site/" tunnel= what=http_code
  else asked="CONNECT $site" url="https://$site/" tunnel=--proxytunnel what=http_connect; fi
  case $tcp_client in
    bash)
      status=$(timeout 20 bash -c 'exec 3<>"/dev/tcp/$0/$1" && printf "%s HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n" "$2" "$3" >&3 &&
        read -r _ status _ <&3 && echo "$status"' "$address" "\${proxy##*:}" "$asked" "$site" 2>/dev/null) ;;
    curl)
      status=$(curl -q -s -o /dev/null -m 20 --noproxy '' $tunnel -x "http://$proxy" -w "%{$what}" "$url" 2>/dev/null) ;;
    none) echo unknown; return ;;
    *) if tcp_connect "$address" "\${proxy##*:}" 10; then status=200; else status=none; fi ;;
  esac
  case $is_plain$status in *200 | *407 | yes30[1278] | yes401 | yes404) echo yes ;; *) echo no ;; esac
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
elif ls /etc/apt/apt.conf /etc/apt/apt.conf.d/* 2>/dev/null | grep -vxF "$own" |
   xargs -r grep -qsiE '^[^#/]*Acquire::https?::Proxy' ||
   grep -qsE '^proxy *=' /etc/dnf/dnf.conf /etc/yum.conf; then reach=yes
elif [ "$tcp_client" = none ]; then reach=unknown
elif tcp_connect "$host" "$port" 10; then reach=yes; fi
echo "$origin $reach"
`);
