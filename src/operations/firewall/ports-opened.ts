// Before any change: the ports that are to come can be dialled for a minute, on hosts where nothing listens yet.
import { z } from 'zod';
import { isIpv6 } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { listenerPrograms, ownListener } from '../../facts/firewall/own-listener.ts';
import { clusterArg } from '../args/cluster.ts';
import { hostArg } from '../args/scalars.ts';
import { defineOperation, unchanged } from '../operation.ts';
import { dialledPorts, dialPlan } from './dial-plan.ts';
import { startListener } from './listener.ts';
import { portsText } from './needed-packets.ts';

export const portsOpened = defineOperation({
  name: 'ports.opened',
  summary:
    "Lets something listen for a minute on the ports that a host's part in the cluster will have, so that other hosts can dial them before anything is changed. Ports that somebody holds are left alone, and so is a host that is a node already.",
  args: z.strictObject({ cluster: clusterArg, node: hostArg }),
  example: `
- name: Listen for a minute on the ports that are to come
  op: ports.opened
  with: { cluster: '\${{ cluster }}', node: '\${{ host.name }}' }
`,
  needs: () => [{ query: ask(ownListener) }],
  plan({ cluster, node }, facts) {
    const { isNode, isRecent, program } = facts.get(ask(ownListener));
    const ports = dialledPorts(dialPlan(cluster.nodes), node);
    if (isNode || isRecent || ports.length === 0) return unchanged;
    if (program === null) return { steps: [], warnings: [noProgram] };
    const address = cluster.nodes.find(({ name }) => name === node)?.address ?? '';
    return {
      steps: [
        {
          kind: 'exec',
          title: `listen for a minute on ${portsText('tcp', ports)}`,
          command: startListener({ node, program, isIpv6: isIpv6(address), ports }),
        },
      ],
    };
  },
});

const noProgram = `this host has none of ${listenerPrograms.join(', ')}: whether others reach its ports is not tried out`;
