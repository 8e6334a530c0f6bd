// Whether a node has any pod network, where somebody else is to bring it.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { podNetworkHost } from '../../facts/kubernetes/pod-network-host.ts';
import { podNetworkPaths } from '../../kube/pod-network.ts';
import { nodeArg } from '../args/scalars.ts';
import { drift } from '../drift.ts';
import { defineOperation, unchanged } from '../operation.ts';

const hints = {
  'host-gw': 'Run "up" again: it configures it',
  manifest: "Look after the pods of the manifest: one of them writes the node's configuration",
  none: 'The inventory leaves it to you ("cni: none"): install one. Until then no pod gets an address, and nodes are not ready',
} as const;

export const podNetworkPresent = defineOperation({
  name: 'pod-network.present',
  summary: 'Checks that a node has a pod network.',
  args: z.strictObject({
    node: nodeArg,
    kind: z
      .enum(['host-gw', 'manifest', 'none'])
      .meta({ description: 'Which one it is to be, as `${{ cni.kind }}` gives it.' }),
  }),
  example: `
- name: Look whether the nodes have a pod network
  op: pod-network.present
  with: { node: '\${{ host.name }}', kind: '\${{ cni.kind }}' }
`,
  problemCode: 'verify.drift',
  needs: () => [{ query: ask(podNetworkHost) }],
  plan({ node, kind }, facts) {
    const { isNode, configurations } = facts.get(ask(podNetworkHost));
    if (!isNode || configurations.length > 0) return unchanged;
    const missing = drift({
      kind: 'pod-network.missing',
      node,
      expected: `a network in ${podNetworkPaths.cniDirectory}`,
      message: `the node has no pod network: there is no configuration in ${podNetworkPaths.cniDirectory}`,
      hint: hints[kind],
    });
    return { steps: [], problems: [missing] };
  },
});
