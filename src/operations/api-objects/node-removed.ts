// Node objects of hosts that leave the cluster.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { apiObjects } from '../../facts/kubernetes/api-objects.ts';
import { ask } from '../../facts/fact.ts';
import { viewNodes } from '../../kube/objects/node-view.ts';
import { kubectl } from '../../kube/kubectl.ts';
import { defineOperation, unchanged } from '../operation.ts';
import { apiArgs } from '../args/workloads.ts';

export const nodeRemoved = defineOperation({
  name: 'node.removed',
  summary: 'Removes nodes from the cluster. Without an API server there is nothing to remove them from.',
  args: z.strictObject({
    ...apiArgs,
    nodes: z.array(z.string().min(1)).meta({ description: 'Names of the nodes.' }),
  }),
  needs: ({ from, version }) => [{ query: ask(apiObjects, { version }), host: from }],
  plan({ from, version, nodes }, facts) {
    const api = facts.get(ask(apiObjects, { version }), from);
    if (!api.reachable) return unchanged;
    const known = new Set(viewNodes(api.items).map(({ name }) => name));
    const present = nodes.filter((name) => known.has(name));
    if (present.length === 0) return unchanged;
    return {
      steps: [
        {
          kind: 'exec',
          title: `remove from the cluster: ${present.join(', ')}`,
          command: kubectl(cmd`delete node ${present}`),
          on: from,
        },
      ],
    };
  },
});
