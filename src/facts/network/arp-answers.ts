// Who answers for addresses on the network, all of those who do: asked by ARP, without telling who asks.
import { cmd, script, sequence } from '../../core/command.ts';
import { canonicalIp } from '../../core/ip.ts';
import type { Fact } from '../fact.ts';

export interface ArpQuestion {
  /** The interface to ask on; without it the one that has `nodeAddress`. */
  readonly interface: string | null;
  /** The host's own address. */
  readonly nodeAddress: string;
  /** IPv4 only. */
  readonly addresses: readonly string[];
}

export interface ArpAnswers {
  /** Where it was asked, with the network of that interface such as 10.77.0.11/24; `null` when there is none. */
  readonly interface: { readonly name: string; readonly network: string | null } | null;
  /** False without the arping of iputils; another program of that name is not used. */
  readonly hasArping: boolean;
  /** Without the host's own: it does not hear itself. Hardware addresses in lower case, each once for an address. */
  readonly answers: readonly { readonly address: string; readonly hardware: string }[];
}

export const arpAnswers: Fact<ArpAnswers, ArpQuestion> = {
  name: 'arp.answers',
  scope: 'cluster',
  probe: ({ interface: device, nodeAddress, addresses }) =>
    sequence([cmd`device=${device ?? ''} node=${nodeAddress}`, cmd`set -- ${addresses}`, askAll]),
  parse({ stdout }) {
    const lines = [...new Set(stdout.split('\n'))].map((line) => line.split(' '));
    const of = (kind: string) => lines.filter(([first]) => first === kind).map(([, ...words]) => words);
    const [[name = '', network = ''] = []] = of('interface');
    return {
      interface: name === '' ? null : { name, network: network === '' ? null : network },
      hasArping: of('arping').length > 0,
      answers: of('answer').map(([address = '', hardware = '']) => ({
        address: canonicalIp(address),
        hardware: hardware.toLowerCase(),
      })),
    };
  },
};

/**
 * All addresses at the same time, for a second. The sender's address is left empty as in RFC 5227, so that nobody's memory
 * changes and a host that has the address itself may ask too. The count is only there to hear everybody: arping stops
 * when it has heard that many.
 */
const askAll = script(`
own=$(ip -o -4 addr show 2>/dev/null | awk -v node="$node" -v device="$device" \\
  '{ split($4, part, "/") } device == "" ? part[1] == node : $2 == device { print $2, $4; exit }')
if [ -n "$device" ] && [ -z "$own" ] && [ -e "/sys/class/net/$device" ]; then own=$device; fi
[ -z "$own" ] || echo "interface $own"
device=\${own%% *}
case $(arping -V 2>/dev/null) in
  *iputils*)
    echo arping
    if [ -n "$device" ]; then
      for address; do
        arping -I "$device" -s 0.0.0.0 -b -c 10000 -w 1 "$address" 2>/dev/null </dev/null |
          sed -n 's/^[A-Z][a-z]* reply from \\([0-9.]*\\) \\[\\([0-9A-Fa-f:]*\\)\\].*/answer \\1 \\2/p' &
      done
      wait
    fi ;;
esac
:
`);
