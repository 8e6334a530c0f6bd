// From where a host has Kubernetes, if it has it by us, and whether it reaches the site of the packages.
import { cmd, script, sequence } from '../../core/command.ts';
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
}

export const kubernetesOrigin: Fact<KubernetesOrigin, OriginQuestion> = {
  name: 'kubernetes.origin',
  scope: 'host',
  probe: ({ host, port }) =>
    sequence([
      cmd`programs=${ownFilesRecord} host=${host} port=${port} names=${versionedPackages.join('|')}`,
      tcpConnect,
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
if grep -qsiE '^[^#/]*Acquire::https?::Proxy' /etc/apt/apt.conf /etc/apt/apt.conf.d/* ||
   grep -qsE '^proxy *=' /etc/dnf/dnf.conf /etc/yum.conf; then reach=yes
elif [ "$tcp_client" = none ]; then reach=unknown
elif tcp_connect "$host" "$port" 10; then reach=yes; fi
echo "$origin $reach"
`);
