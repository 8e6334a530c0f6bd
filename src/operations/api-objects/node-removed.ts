// Node objects of hosts that leave the cluster.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { kubectl } from '../../kube/kubectl.ts';
import { viewNodes } from '../../kube/objects/node-view.ts';
import { apiArgs } from '../args/api.ts';
import { apiNeeds, withApi } from '../args/with-api.ts';
import { defineOperation, unchanged, type Step } from '../operation.ts';

export const nodeRemoved = defineOperation({
  name: 'node.removed',
  summary: 'Removes nodes from the cluster. Without an API server there is nothing to remove them from.',
  args: z.strictObject({
    ...apiArgs,
    nodes: z.array(z.string().min(1)).meta({ description: 'Names of the nodes.' }),
  }),
  example: `
- name: Remove a worker whose machine is gone
  op: node.removed
  on: first-control-plane
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
    nodes: [worker9]
`,
  needs: apiNeeds,
  plan: ({ nodes, ...api }, facts) =>
    withApi(
      api,
      facts,
      (objects) => {
        const known = new Set(viewNodes(objects).map(({ name }) => name));
        const present = nodes.filter((name) => known.has(name));
        return present.length === 0 ? unchanged : { steps: [removal(present, api.from)] };
      },
      unchanged,
    ),
});

function removal(nodes: readonly string[], from: string): Step {
  const title = `remove from the cluster: ${nodes.join(', ')}`;
  return { kind: 'exec', title, command: kubectl(cmd`delete node ${nodes}`), on: from };
}
