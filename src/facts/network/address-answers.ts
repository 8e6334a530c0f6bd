// Who answers on the network for addresses that should be nobody's, as a host sees it with nothing but iproute2.
import { cmd, script, sequence } from '../../core/command.ts';
import { canonicalIp } from '../../core/ip.ts';
import type { Fact } from '../fact.ts';

export interface AddressAnswer {
  readonly address: string;
  /** The interface it was asked on. */
  readonly interface: string;
  /** Hardware address of who answered, in lower case. */
  readonly hardware: string;
}

export interface AddressAnswers {
  /** Hardware addresses of this host's own interfaces. */
  readonly ownHardware: readonly string[];
  /** The addresses in a network of this host that are not its own: those it asked for. */
  readonly asked: readonly string[];
  readonly answers: readonly AddressAnswer[];
}

/**
 * Has the kernel look for each address by a datagram to it (port 9, discard), and reads what it learnt; at most a second
 * for all. What the kernel remembers may be about a machine that is gone: it is dropped, and asked for anew.
 */
export const addressAnswers: Fact<AddressAnswers, { readonly addresses: readonly string[] }> = {
  name: 'addresses.answers',
  scope: 'host',
  probe: ({ addresses }) => sequence([cmd`set -- ${addresses}`, askAll]),
  parse({ stdout }) {
    const lines = stdout.split('\n').map((line) => line.split(' '));
    const of = (kind: string) => lines.filter(([first]) => first === kind).map(([, ...words]) => words);
    return {
      ownHardware: [...new Set(of('own').flatMap(([hardware = '']) => hardware.toLowerCase()))],
      asked: of('asked').map(([address = '']) => canonicalIp(address)),
      answers: of('answer').map(([address = '', device = '', hardware = '']) => ({
        address: canonicalIp(address),
        interface: device,
        hardware: hardware.toLowerCase(),
      })),
    };
  },
};

/** Nothing is asked for addresses of this host, nor for those behind a router: the network cannot tell of them. */
const askAll = script(`
for path in /sys/class/net/*/address; do
if read -r own < "$path"; then echo "own $own"; fi
done 2>/dev/null
look() { ip neigh show to "$1" dev "$2" 2>/dev/null; }
targets=
for address; do
route=$(ip -o route get "$address" 2>/dev/null) || continue
case $route in "$address dev "* | "$address from :: dev "*) ;; *) continue ;; esac
case $route in *" via "*) continue ;; esac
device=\${route#*" dev "}; device=\${device%% *}
echo "asked $address"
targets="$targets $address@$device"
case $(look "$address" "$device") in
*" PERMANENT"* | *" NOARP"*) ;;
*lladdr*) ip neigh del "$address" dev "$device" 2>/dev/null ;;
esac
if command -v bash >/dev/null 2>&1; then bash -c 'echo >"/dev/udp/$0/9"' "$address" 2>/dev/null
else ping -c 1 -W 1 "$address" >/dev/null 2>&1 & fi
done
rounds=0
while [ -n "$targets" ] && [ "$rounds" -lt 10 ]; do
waiting=
for target in $targets; do
address=\${target%@*} device=\${target#*@}
found=$(look "$address" "$device")
case $found in
*" lladdr "*) hardware=\${found#*" lladdr "}; echo "answer $address $device \${hardware%% *}" ;;
*) waiting="$waiting $target" ;;
esac
done
targets=$waiting rounds=$((rounds + 1))
[ -z "$targets" ] || sleep 0.1
done
:
`);
