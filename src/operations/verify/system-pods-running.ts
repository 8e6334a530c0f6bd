// Whether the pods run that the cluster itself needs.
import { z } from 'zod';
import { viewNodes } from '../../kube/objects/node-view.ts';
import type { PodState } from '../../kube/objects/pod-state.ts';
import { apiArgs } from '../args/api.ts';
import { podHint, podInWords, podsNeed } from '../args/pods.ts';
import { apiNeeds, withApi } from '../args/with-api.ts';
import { drift } from '../drift.ts';
import { defineOperation, unchanged, type Plan, type Problem } from '../operation.ts';

export const systemPodsRunning = defineOperation({
  name: 'system-pods.running',
  summary:
    'Checks that all pods of kube-system run, and waits for those that were started within the last minute.',
  args: z.strictObject(apiArgs),
  example: `
- name: Look whether the cluster's own pods run
  op: system-pods.running
  on: first-control-plane
  wait: 2m
  with:
    from: \${{ cluster.firstControlPlane }}
    version: \${{ cluster.kubernetes.version }}
`,
  problemCode: 'verify.drift',
  needs: (api) => [...apiNeeds(api), podsNeed(api)],
  plan: (api, facts) =>
    withApi(
      api,
      facts,
      (objects): Plan => {
        const { query, host } = podsNeed(api);
        const system = facts.get(query, host);
        // Whoever compares with the API says that it does not answer.
        if (!system.reachable) return unchanged;
        const away = new Set(viewNodes(objects).flatMap(({ name, isReady }) => (isReady ? [] : [name])));
        const [starting] = system.pods.filter(({ state }) => state === 'starting');
        return {
          steps: [],
          problems: system.pods
            .filter(({ state }) => state === 'failing')
            .map((pod) => notRunning(pod, away)),
          pending: starting === undefined ? undefined : `a pod is starting: ${podInWords(starting)}`,
        };
      },
      unchanged,
    ),
});

function notRunning(pod: PodState, nodesAway: ReadonlySet<string>): Problem {
  const { name, node, reason } = pod;
  return drift({
    kind: 'pod.not-running',
    node,
    expected: 'running and ready',
    actual: reason,
    message: `a pod of kube-system does not run: ${podInWords(pod)}`,
    hint:
      node !== null && nodesAway.has(node)
        ? `${node} is not ready: look after its kubelet first`
        : podHint(pod),
    more: { namespace: 'kube-system', pod: name },
  });
}
