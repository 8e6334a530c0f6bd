// Whether iptables really works here, tried out on a NAT table, and which of its two flavours does.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

export interface Iptables {
  readonly state: 'works' | 'fails' | 'absent';
  /** What it said when it failed. */
  readonly error: string;
  /** When the default one fails: the programs that work. */
  readonly working: readonly string[];
}

export const iptablesFact: Fact<Iptables> = {
  name: 'host.iptables',
  scope: 'host',
  probe: () => tryOut,
  parse({ stdout }) {
    const [first = '', ...rest] = stdout.trim().split('\n');
    const [state = '', ...error] = first.split(' ');
    if (state !== 'works' && state !== 'fails' && state !== 'absent') {
      throw new Error(`unexpected answer: ${first}`);
    }
    const working = rest.filter((line) => line.startsWith('other ')).map((line) => line.slice(6));
    return { state, error: error.join(' '), working };
  },
};

/**
 * Listing rules proves nothing: without the kernel's part the nft flavour lists empty chains. So a rule of the kind that
 * kube-proxy needs is added, in a network namespace that ends with the command.
 */
const tryOut = script(`
try_out() { unshare -n "$1" -w -t nat -A POSTROUTING -m comment --comment probe -j MASQUERADE 2>&1; }
if ! command -v iptables >/dev/null; then echo absent
elif error=$(try_out iptables); then echo works
else
echo "fails $error" | head -n 1
for other in iptables-legacy iptables-nft; do
if try_out "$other" >/dev/null; then echo "other $other"; fi
done
fi
`);
