// What a pod network that is not ours left on a host that has left the cluster.
import { z } from 'zod';
import { splitNetworks } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { podNetworkHost } from '../../facts/kubernetes/pod-network-host.ts';
import { iptablesRules, type IptablesRules } from '../../facts/network/iptables-rules.ts';
import { defineOperation, unchanged, type ExecStep } from '../operation.ts';
import { chainRemovals } from './chain-removals.ts';
import { networkLeftovers, removeLeftovers, type NetworkLeftovers } from './network-leftovers.ts';

export const podNetworkRemoved = defineOperation({
  name: 'pod-network.removed',
  summary:
    'Removes what a pod network that is not ours has left on the host, as far as it can be told to be its, and names the rest.',
  args: z.strictObject({
    pods: z
      .string()
      .meta({ description: "The pods' networks, as `${{ cluster.network.pods }}` gives them." }),
  }),
  example: `
- name: Remove what the pod network left
  op: pod-network.removed # after cluster.left: until then its pods run
  with: { pods: '\${{ cluster.network.pods }}' }
`,
  needs: () => [{ query: ask(podNetworkHost) }, { query: ask(iptablesRules) }],
  reactsTo: (_args, { operation, isHere }) => isHere && operation === 'cluster.left',
  plan({ pods }, facts) {
    const leftovers = networkLeftovers(facts.get(ask(podNetworkHost)), splitNetworks(pods));
    if (leftovers === undefined) return unchanged;
    const { unknown } = leftovers;
    return {
      steps: [...removeChains(leftovers, facts.get(ask(iptablesRules))), removeLeftovers(leftovers)],
      warnings:
        unknown.length === 0
          ? []
          : [
              `this came while the host was a node, and stays, as nobody can say whose it is: ${unknown.join(', ')}`,
            ],
    };
  },
});

/** The chains of the plugin portmap, and flannel's own. */
function removeChains(
  { network, isFlannel }: NetworkLeftovers,
  rules: readonly IptablesRules[],
): readonly ExecStep[] {
  if (network === undefined) return [];
  const owner = { network, prefix: isFlannel ? 'FLANNEL-' : undefined };
  return rules.flatMap((set) => chainRemovals(set, `the pod network ${network}`, owner));
}
