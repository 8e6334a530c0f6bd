// How each interface answers ARP and whose address it names when it asks, as the kernel's settings say.
import { script } from '../../core/command.ts';
import { normalizeValue } from '../host/sysctl.ts';
import type { Fact } from '../fact.ts';

/** `arp_ignore` and `arp_announce` of each interface by their keys, such as net/ipv4/conf/eth0/arp_ignore. */
export const arpSettings: Fact<Readonly<Record<string, string>>> = {
  name: 'arp.settings',
  scope: 'host',
  probe: () =>
    script(
      `cd /proc/sys && grep -s '' net/ipv4/conf/*/arp_ignore net/ipv4/conf/*/arp_announce /dev/null || :`,
    ),
  parse({ stdout }) {
    const lines = stdout.split('\n').map((line) => /^(net\/ipv4\/conf\/.+\/arp_\w+):(.*)$/.exec(line));
    return Object.fromEntries(
      lines.flatMap((match) => (match === null ? [] : [[match[1] ?? '', normalizeValue(match[2] ?? '')]])),
    );
  },
};
