// Whether iptables really works here, tried out on the NAT table, and which of its two flavours does.
import { script } from '../core/command.ts';
import type { Fact } from './fact.ts';

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
  // Asking the other flavours costs nothing on a host where the default one works.
  probe: () =>
    script(`
if ! command -v iptables >/dev/null; then echo absent
elif error=$(iptables -w -t nat -S POSTROUTING 2>&1 >/dev/null); then echo works
else
echo "fails $error" | head -n 1
for other in iptables-legacy iptables-nft; do
if "$other" -w -t nat -S POSTROUTING >/dev/null 2>&1; then echo "other $other"; fi
done
fi
`),
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
