// The hardware (MAC) addresses of a host's interfaces.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

export interface HardwareAddress {
  /** In lower case. */
  readonly hardware: string;
  readonly interface: string;
}

/** In the order of the interfaces' names; without those that are all zero. Several interfaces may have the same one. */
export const hostHardware: Fact<readonly HardwareAddress[]> = {
  name: 'host.hardware',
  scope: 'host',
  probe: () => script("cd /sys/class/net && grep -s '' */address /dev/null || :"),
  parse({ stdout }) {
    return stdout.split('\n').flatMap((line) => {
      const [, device = '', text = ''] = /^(.+)\/address:(.*)$/.exec(line) ?? [];
      const hardware = text.trim().toLowerCase();
      return /[1-9a-f]/.test(hardware) ? [{ hardware, interface: device }] : [];
    });
  },
};
