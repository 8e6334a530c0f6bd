// The kernel's IP sets, which iptables rules match against.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

export interface IpSet {
  readonly name: string;
  /** `hash:ip,port`, … */
  readonly type: string;
  /** How many rules and other sets use it. */
  readonly references: number;
}

export interface IpSets {
  readonly hasIpset: boolean;
  readonly sets: readonly IpSet[];
}

export const ipSets: Fact<IpSets> = {
  name: 'ipset.sets',
  scope: 'host',
  // ipset would load its module.
  probe: () =>
    script(`
if command -v ipset >/dev/null 2>&1; then
  echo ipset
  if [ -e /sys/module/ip_set ]; then ipset list -terse 2>/dev/null; fi
else echo none; fi
:
`),
  parse({ stdout }) {
    const [first = '', ...rest] = stdout.split('\n');
    if (first !== 'ipset' && first !== 'none') throw new Error(`unexpected answer: ${first}`);
    const blocks = rest
      .join('\n')
      .split(/^(?=Name: )/m)
      .filter((block) => block.startsWith('Name: '));
    const sets = blocks.map((block) => ({
      name: field(block, 'Name'),
      type: field(block, 'Type'),
      references: Number(field(block, 'References')),
    }));
    return { hasIpset: first === 'ipset', sets };
  },
};

function field(block: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]?.trim() ?? '';
}
