// A host's time of day, against that of the machine that runs this program.
import { cmd } from '../../core/command.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';

export interface HostClock {
  /** Seconds that the host is ahead; below 0 it is behind. `null` where the answer has no time. */
  readonly ahead: number | null;
  /** The host is part of a cluster already. */
  readonly isNode: boolean;
  /** systemd says that its clock follows servers of time. */
  readonly isSynchronised: boolean;
}

export const hostClock: Fact<HostClock> = {
  name: 'host.clock',
  scope: 'host',
  probe: () => cmd`date +%s
echo "synchronised $(timeout 10 timedatectl show -p NTPSynchronized --value 2>/dev/null)"
[ ! -e ${kubernetesPaths.kubeletKubeconfig} ] || echo node`,
  parse({ stdout, answeredAt }) {
    const [time = '', ...rest] = stdout.split('\n');
    if (!/^\d+$/.test(time)) throw new Error(`no time in the answer: ${time.slice(0, 80)}`);
    const ahead = answeredAt === undefined ? null : Number(time) - Math.round(answeredAt / 1000);
    return { ahead, isNode: rest.includes('node'), isSynchronised: rest.includes('synchronised yes') };
  },
};
