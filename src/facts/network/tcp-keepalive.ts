// After how much silence TCP connections of this host, and of its pods, show a sign of life.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

/** Seconds, for programs that ask for keepalive and set no time of their own. `null` where it cannot be read. */
export interface TcpKeepalive {
  readonly host: number | null;
  /** In a new network namespace, such as a pod's: it does not take over the host's setting. */
  readonly pods: number | null;
}

export const tcpKeepalive: Fact<TcpKeepalive> = {
  name: 'tcp.keepalive',
  scope: 'host',
  // The namespace lives as long as the command in it.
  probe: () =>
    script(`
file=/proc/sys/net/ipv4/tcp_keepalive_time
echo "host $(cat "$file" 2>/dev/null)"
echo "pods $(unshare --net cat "$file" 2>/dev/null)"
`),
  parse({ stdout }) {
    return { host: seconds(stdout, 'host'), pods: seconds(stdout, 'pods') };
  },
};

function seconds(text: string, whose: string): number | null {
  const [, found] = new RegExp(`^${whose} (\\d+)$`, 'm').exec(text) ?? [];
  return found === undefined ? null : Number(found);
}
