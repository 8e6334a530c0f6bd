// Waits until nodes are ready to run pods.
import { z } from 'zod';
import { viewNodes, type NodeView } from '../../kube/objects/node-view.ts';
import { apiArgs } from '../args/api.ts';
import { nodesDiagnosis } from '../args/diagnosis.ts';
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
  diagnosis: ({ nodes, ...api }) => nodesDiagnosis(api, nodes),
  plan: ({ nodes, ...api }, facts) =>
    withApi(api, facts, (objects) => {
      const known = viewNodes(objects);
      const missing = nodes.flatMap((name) =>
        obstacle(
          name,
          known.find((node) => node.name === name),
        ),
      );
      return missing.length === 0
        ? unchanged
        : { steps: [], pending: `not ready yet: ${missing.join(', ')}` };
    }),
});

function obstacle(name: string, node: NodeView | undefined): readonly string[] {
  if (node?.isReady === true) return [];
  const reason = node?.notReadyReason ?? '';
  return [reason === '' ? name : `${name} (${reason})`];
}
