// Whether a node of the built-in pod network has its routes to the pods of the others, and somebody who keeps them.
import { z } from 'zod';
import type { PodNetworkState } from '../../facts/kubernetes/pod-network.ts';
import { viewNodes, type NodeView } from '../../kube/objects/node-view.ts';
import { podNetworkUnit, podRoutes, type PodRoute } from '../../kube/pod-network.ts';
import { clusterArg } from '../args/cluster.ts';
import { nodeArg } from '../args/scalars.ts';
import { apiNeeds, apiOf, withApi } from '../args/with-api.ts';
import { podNetworkQuery } from '../cluster-network/pod-network-configured.ts';
import { drift } from '../drift.ts';
import { defineOperation, unchanged, type Problem } from '../operation.ts';

export const podNetworkRouted = defineOperation({
  name: 'pod-network.routed',
  summary:
    'Checks that a node has a route to the pods of every other node, and that the routes are put back when they are lost.',
  args: z.strictObject({ cluster: clusterArg, node: nodeArg }),
  example: `
- name: Look whether the nodes reach each other's pods
  op: pod-network.routed
  when: ['\${{ cni.kind == "host-gw" }}']
  wait: 1m # the routes may just be made, after a boot
  with: { cluster: '\${{ cluster }}', node: '\${{ host.name }}' }
`,
  problemCode: 'verify.drift',
  needs: ({ cluster, node }) => [{ query: podNetworkQuery(cluster, node) }, ...apiNeeds(apiOf(cluster))],
  plan({ cluster, node }, facts) {
    return withApi(
      apiOf(cluster),
      facts,
      (objects) => {
        const nodes = viewNodes(objects);
        if (!nodes.some(({ name }) => name === node)) return unchanged;
        const state = facts.get(podNetworkQuery(cluster, node));
        const missing = lost(node, nodes, state);
        if (state.unit === 'starting' && missing.length > 0) {
          return { steps: [], pending: `${podNetworkUnit} is just making the routes to pods on ${node}` };
        }
        return { steps: [], problems: [...missing, ...unkept(node, state)] };
      },
      unchanged,
    );
  },
});

/** So many are named in words. */
const most = 5;

function lost(node: string, nodes: readonly NodeView[], { routes }: PodNetworkState): readonly Problem[] {
  const missing = podRoutes(nodes, node).filter(
    ({ network, gateway }) => !routes.some((one) => one.network === network && one.gateway === gateway),
  );
  if (missing.length === 0) return [];
  const inWords = missing.slice(0, most).map((route) => routeInWords(route, nodes));
  const more = missing.length - inWords.length;
  const text = [...inWords, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
  return [
    drift({
      kind: 'route.missing',
      node,
      expected: missing.map(({ network, gateway }) => `${network} via ${gateway}`).join(', '),
      message: `${node} has no route to the pods of ${text}`,
      hint: `Run "up": it puts the routes back. Somebody has taken them away; ${podNetworkUnit} on ${node} should have put them back by itself: look at systemctl status ${podNetworkUnit}`,
      more: { routes: missing },
    }),
  ];
}

function routeInWords({ network, gateway }: PodRoute, nodes: readonly NodeView[]): string {
  const owner = nodes.find(({ podCIDRs }) => podCIDRs.includes(network));
  return `${owner?.name ?? gateway} (${network} via ${gateway})`;
}

function unkept(node: string, { isUnitEnabled, unit }: PodNetworkState): readonly Problem[] {
  const isKept = unit !== 'stopped';
  if (isUnitEnabled && isKept) return [];
  const actual = isKept ? 'not enabled' : 'not running';
  return [
    drift({
      kind: 'route.unkept',
      node,
      expected: 'enabled and running',
      actual,
      message: `${podNetworkUnit} is ${actual} on ${node}: the routes to pods will be gone when the network starts anew, or the host`,
      hint: 'Run "up": it starts the unit',
    }),
  ];
}
