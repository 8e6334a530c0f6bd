// Waits until nodes are ready to run pods.
import { z } from 'zod';
import { viewNodes } from '../../kube/objects/node-view.ts';
import { apiArgs } from '../args/api.ts';
import { apiNeeds, withApi } from '../args/with-api.ts';
import { defineOperation, unchanged } from '../operation.ts';

export const nodesReady = defineOperation({
  name: 'nodes.ready',
  summary: 'Waits until the nodes are in the cluster and ready.',
  args: z.strictObject({
    ...apiArgs,
    nodes: z.array(z.string().min(1)).meta({ description: 'Names of the nodes.' }),
  }),
  example: `
- name: Wait until the workers are ready
  op: nodes.ready
  on: first-control-plane
  wait: 5m
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
    nodes: \${{ cluster.workers }}
`,
  needs: apiNeeds,
  plan: ({ nodes, ...api }, facts) =>
    withApi(api, facts, (objects) => {
      const ready = new Set(viewNodes(objects).flatMap(({ name, isReady }) => (isReady ? [name] : [])));
      const missing = nodes.filter((name) => !ready.has(name));
      return missing.length === 0
        ? unchanged
        : { steps: [], pending: `not ready yet: ${missing.join(', ')}` };
    }),
});
