// The host's addresses: those kube-proxy bound to kube-ipvs0, and all others.
import { script } from '../../core/command.ts';
import { parseAddressLines, parseLocalRoutes, type HostAddresses } from '../../ipvs/host-addresses.ts';
import type { Fact } from '../fact.ts';

/** IFF_NOARP of <linux/if.h>. */
const noArp = 0x80;

export const ipvsAddresses: Fact<HostAddresses> = {
  name: 'ipvs.addresses',
  scope: 'host',
  // The lines tell by themselves what they are.
  probe: () =>
    script(`
for path in /sys/class/net/*; do echo "link \${path##*/}"; done
grep -s '' /sys/class/net/*/flags /dev/null
ip -o addr show 2>/dev/null
ip -o -4 route show table local 2>/dev/null
ip -o -6 route show table local 2>/dev/null
:
`),
  parse({ stdout }) {
    return {
      interfaces: [...stdout.matchAll(/^link (\S+)$/gm)].flatMap((match) => match[1] ?? []),
      withoutArp: [...stdout.matchAll(/^\/sys\/class\/net\/(.+)\/flags:(\S+)$/gm)].flatMap(
        ([, name = '', flags]) => ((Number(flags) & noArp) === 0 ? [] : [name]),
      ),
      addresses: parseAddressLines(stdout),
      localRoutes: parseLocalRoutes(stdout),
    };
  },
};
