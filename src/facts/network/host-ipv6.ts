// What a host does with IPv6: whether it is on, and where its default route comes from.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

export interface HostIpv6 {
  /** Whether interfaces may have addresses of it. */
  readonly isOn: boolean;
  /**
   * Interfaces with a default route by router advertisements, with their `accept_ra`: 1 only while nothing is forwarded, 0
   * where a program takes them.
   */
  readonly advertised: readonly { readonly interface: string; readonly acceptRa: number }[];
}

export const hostIpv6: Fact<HostIpv6> = {
  name: 'host.ipv6',
  scope: 'host',
  probe: () =>
    script(`
if read -r value < /proc/sys/net/ipv6/conf/all/disable_ipv6; then echo "disable_ipv6 $value"; fi 2>/dev/null
ip -6 -o route show default proto ra 2>/dev/null | grep -o 'dev [^ ]*' | sort -u | while read -r _ device; do
  if read -r value < "/proc/sys/net/ipv6/conf/$device/accept_ra"; then echo "advertised $device $value"; fi
done
echo checked
`),
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the questions did not come to their end');
    return {
      isOn: /^disable_ipv6 0$/m.test(stdout),
      advertised: [...stdout.matchAll(/^advertised (\S+) (\d+)$/gm)].map(([, device = '', value]) => ({
        interface: device,
        acceptRa: Number(value),
      })),
    };
  },
};
