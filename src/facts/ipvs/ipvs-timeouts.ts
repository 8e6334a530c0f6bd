// How long the kernel's load balancer remembers connections.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

/** In seconds. */
export interface IpvsTimeouts {
  /** An idle, established TCP connection. */
  readonly tcp: number;
  /** After a FIN. */
  readonly tcpFin: number;
  readonly udp: number;
}

/** `null` where ipvsadm or the module is missing: the kernel shows these to ipvsadm only. */
export const ipvsTimeouts: Fact<IpvsTimeouts | null> = {
  name: 'ipvs.timeouts',
  scope: 'host',
  // ipvsadm would load the module.
  probe: () => script('if [ -e /proc/net/ip_vs ]; then ipvsadm -l --timeout 2>/dev/null || :; fi'),
  parse({ stdout }) {
    const [, tcp, tcpFin, udp] = /^Timeout \(tcp tcpfin udp\): (\d+) (\d+) (\d+)$/m.exec(stdout) ?? [];
    if (tcp === undefined) return null;
    return { tcp: Number(tcp), tcpFin: Number(tcpFin), udp: Number(udp) };
  },
};
