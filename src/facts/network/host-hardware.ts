// The hardware (MAC) addresses of a host's interfaces.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

/** In lower case, each once; without those that are all zero. */
export const hostHardware: Fact<readonly string[]> = {
  name: 'host.hardware',
  scope: 'host',
  probe: () => script('cat /sys/class/net/*/address 2>/dev/null || :'),
  parse({ stdout }) {
    const addresses = stdout.split('\n').map((line) => line.trim().toLowerCase());
    return [...new Set(addresses)].filter((address) => /[1-9a-f]/.test(address)).sort();
  },
};
