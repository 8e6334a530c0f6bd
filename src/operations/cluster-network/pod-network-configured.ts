// The built-in pod network of one node: CNI configuration and routes to the other nodes' pods, there after a reboot too.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { splitNetworks } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { podNetworkState, type PodNetworkState } from '../../facts/kubernetes/pod-network.ts';
import { viewNodes, type NodeView } from '../../kube/objects/node-view.ts';
import {
  masqueradeRules,
  podNetworkPaths,
  podNetworkUnit,
  podRoutes,
  type PodRoute,
} from '../../kube/pod-network.ts';
import { clusterArg, type ClusterArg } from '../args/cluster.ts';
import { hostArg } from '../args/scalars.ts';
import { apiNeeds, apiOf, withApi } from '../args/with-api.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import { defineOperation, type FactReader, type Plan, type Problem, type Step } from '../operation.ts';
import { podNetworkFiles } from './pod-network-files.ts';

const args = z.strictObject({
  cluster: clusterArg,
  node: hostArg,
});

export const podNetworkConfigured = defineOperation({
  name: 'pod-network.configured',
  summary: 'Connects the pods: a bridge on the host, and a route to the pods of every other node.',
  args,
  example: `
- name: Connect the pods of all nodes
  op: pod-network.configured
  wait: 3m # until every node has a network for its pods
  with: { cluster: '\${{ cluster }}', node: '\${{ host.name }}' }
`,
  needs: ({ cluster, node }) => [
    { query: podNetworkQuery(cluster, node) },
    ...fileQueries.map((query) => ({ query })),
    ...apiNeeds(apiOf(cluster)),
  ],
  reactsTo: (_args, { operation }) => ['control-plane.initialized', 'node.joined'].includes(operation),
  plan({ cluster, node }, facts) {
    const state = facts.get(podNetworkQuery(cluster, node));
    const problems = [...foreignProblems(state), ...routerProblems(state)];
    if (problems.length > 0) return { steps: [], problems };
    return withApi(apiOf(cluster), facts, (objects) => {
      const nodes = viewNodes(objects);
      const self = nodes.find(({ name }) => name === node);
      if (self === undefined) return { steps: [], pending: `${node} is not in the cluster yet` };
      const without = nodes.find(({ podCIDRs }) => podCIDRs.length === 0);
      if (without !== undefined)
        return { steps: [], pending: `${without.name} has no network for its pods yet` };
      return configure(cluster, self, podRoutes(nodes, node), facts);
    });
  },
});

function configure(
  cluster: ClusterArg,
  self: NodeView,
  routes: readonly PodRoute[],
  facts: FactReader,
): Plan {
  const state = facts.get(podNetworkQuery(cluster, self.name));
  const masquerade =
    state.masquerade === 'unknown' ? [] : masqueradeRules(splitNetworks(cluster.network.pods));
  const files = podNetworkFiles(self.podCIDRs, routes, masquerade);
  const steps = (['cni', 'script', 'watch', 'unit'] as const).map((key) =>
    textFileSteps(files[key], facts.get(ask(textFile, { path: files[key].path }))),
  );
  const [, ...read] = steps;
  const isLive =
    sameRoutes(state.routes, routes) &&
    state.isUnitEnabled &&
    state.unit !== 'stopped' &&
    state.masquerade !== 'absent';
  const needsRun = !isLive || read.flat().length > 0;
  return {
    steps: [...steps.flat(), ...(needsRun ? [runStep(routes)] : [])],
    warnings: state.masquerade === 'unknown' ? [noIptables] : [],
  };
}

function runStep(routes: readonly PodRoute[]): Step {
  const via = routes.map(({ network, gateway }) => `${network} via ${gateway}`).join(', ');
  return {
    kind: 'exec',
    title: via === '' ? 'set up the routes to pods: none' : `set up the routes to pods: ${via}`,
    // Enabling has systemd read its units again. The unit runs whatever becomes of a route: the script says which cannot be made.
    command: cmd`systemctl enable --quiet ${podNetworkUnit} &&
systemctl restart ${podNetworkUnit} || { journalctl --unit ${podNetworkUnit} --lines 5 --output cat >&2; exit 1; }
sh ${podNetworkPaths.script}`,
  };
}

const { cni, script, watch, unit } = podNetworkPaths;
const fileQueries = [cni, script, watch, unit].map((path) => ask(textFile, { path }));

/** What there is of the pod network, and which of the other nodes are behind a router. */
export function podNetworkQuery(cluster: ClusterArg, self: string) {
  const addresses = cluster.nodes.filter(({ name }) => name !== self).flatMap((one) => one.addresses);
  return ask(podNetworkState, {
    masquerade: masqueradeRules(splitNetworks(cluster.network.pods)),
    addresses,
  });
}

function sameRoutes(left: readonly PodRoute[], right: readonly PodRoute[]): boolean {
  const text = (routes: readonly PodRoute[]) =>
    routes
      .map(({ network, gateway }) => `${network} ${gateway}`)
      .sort()
      .join();
  return text(left) === text(right);
}

/** The runtime takes the first file by name. */
function foreignProblems({ cniFiles }: PodNetworkState): readonly Problem[] {
  const ours = podNetworkPaths.cni.slice(podNetworkPaths.cniDirectory.length + 1);
  return cniFiles
    .filter((name) => /\.(conf|conflist|json)$/.test(name) && name < ours)
    .map((name) => ({
      message: `another pod network is configured on this host: ${podNetworkPaths.cniDirectory}/${name}`,
      hint: 'Move that file away if nothing needs it any more.',
    }));
}

function routerProblems({ routedAddresses }: PodNetworkState): readonly Problem[] {
  return routedAddresses.map((address) => ({
    message: `the node at ${address} is behind a router; the built-in pod network needs all nodes in one network`,
    hint: 'Give the nodes addresses of one network, reachable without a gateway.',
    data: { address },
  }));
}

const noIptables = 'this host has no iptables, so its pods cannot reach the world outside the cluster';
