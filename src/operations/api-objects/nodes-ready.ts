// Waits until nodes are ready to run pods.
import { z } from 'zod';
import { apiObjects, awaitedApi } from '../../facts/kubernetes/api-objects.ts';
import { ask } from '../../facts/fact.ts';
import { viewNodes } from '../../kube/objects/node-view.ts';
import { defineOperation, unchanged } from '../operation.ts';
import { apiArgs } from '../args/workloads.ts';

export const nodesReady = defineOperation({
  name: 'nodes.ready',
  summary: 'Waits until the nodes are in the cluster and ready.',
  args: z.strictObject({
    ...apiArgs,
    nodes: z.array(z.string().min(1)).meta({ description: 'Names of the nodes.' }),
  }),
  needs: ({ from, version }) => [{ query: ask(apiObjects, { version }), host: from }],
  plan({ from, version, nodes }, facts) {
    const api = facts.get(ask(apiObjects, { version }), from);
    if (!api.reachable) return { steps: [], pending: awaitedApi(api) };
    const ready = new Set(viewNodes(api.items).flatMap(({ name, isReady }) => (isReady ? [name] : [])));
    const missing = nodes.filter((name) => !ready.has(name));
    return missing.length === 0 ? unchanged : { steps: [], pending: `not ready yet: ${missing.join(', ')}` };
  },
});
