// Before any change: the hosts' clocks, which may all be wrong together, against that of the machine that runs this.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { hostClock, type HostClock } from '../../facts/host/clock.ts';
import { defineOperation, unchanged, type Plan } from '../operation.ts';

const args = z.strictObject({
  nodes: z.array(z.string().min(1)).min(1).meta({ description: 'Names of all nodes.' }),
});

/** Far more than an answer takes on its way. */
const allowedSeconds = 300;

export const clocksAgree = defineOperation({
  name: 'clocks.agree',
  summary:
    'Checks that the clocks of all hosts are not wrong together, by that of the machine that runs this program. Of a cluster that is there already it only warns, and of hosts that all say that they are synchronised.',
  args,
  example: `
- name: Compare the hosts' clocks with this machine's
  op: clocks.agree
  on: first-control-plane
  with: { nodes: '\${{ cluster.nodes | map: "name" }}' }
`,
  needs: ({ nodes }) => nodes.map((host) => ({ query: ask(hostClock), host, optional: true })),
  plan({ nodes }, facts) {
    const clocks = nodes
      .map((node) => facts.get<HostClock | undefined>(ask(hostClock), node))
      .filter((clock) => clock !== undefined);
    const ahead = clocks.map((clock) => clock.ahead).filter((seconds) => seconds !== null);
    if (ahead.length === 0) return unchanged;
    const isWrong = ahead.every((one) => one > allowedSeconds) || ahead.every((one) => one < -allowedSeconds);
    return isWrong ? planFor(ahead, clocks) : unchanged;
  },
});

const ours = "synchronised: it is probably this machine's clock that is wrong.";

/** The least of all is true of all. */
function planFor(ahead: readonly number[], clocks: readonly HostClock[]): Plan {
  const least = Math.min(...ahead.map(Math.abs));
  const direction = (ahead[0] ?? 0) > 0 ? 'ahead of' : 'behind';
  const [hosts, say] =
    ahead.length === 1 ? ['the host is', 'It says that it is'] : ['all hosts are', 'They say that they are'];
  const message = `${hosts} ${least} s ${direction} the machine that runs this program`;
  const hint =
    'Set the clocks right, best by NTP, whichever are wrong: certificates that are made now are not valid once the time has been put back.';
  if (clocks.every(({ isSynchronised }) => isSynchronised))
    return { steps: [], warnings: [`${message}. ${say} ${ours}`] };
  if (clocks.some(({ isNode }) => isNode)) return { steps: [], warnings: [`${message}. ${hint}`] };
  return { steps: [], problems: [{ message, hint, data: { check: 'clock', seconds: least } }] };
}
