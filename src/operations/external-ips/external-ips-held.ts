// Waits until each external IP that keepalived binds is on one node, and on one alone.
import { z } from 'zod';
import { holdersOf } from '../../ipvs/holders.ts';
import { defineOperation, unchanged } from '../operation.ts';
import { bindingArg, ownBinding } from './binding.ts';
import { nodeAddresses, nodesNeed } from './node-addresses.ts';

export const externalIPsHeld = defineOperation({
  name: 'external-ips.held',
  summary: 'Waits until each external IP that this program binds is on the interface of exactly one node.',
  args: z.strictObject({
    binding: bindingArg,
    nodes: z.array(z.string().min(1)).min(1).meta({ description: 'Names of all nodes.' }),
  }),
  example: `
- name: Wait until each external IP is on one node
  op: external-ips.held
  on: first-control-plane
  wait: 2m
  with:
    binding: \${{ binding }}
    nodes: '\${{ cluster.nodes | map: "name" }}'
`,
  needs: ({ binding, nodes }) => (ownBinding(binding) === null ? [] : nodesNeed(nodes)),
  plan({ binding, nodes }, facts) {
    const own = ownBinding(binding);
    if (own === null) return unchanged;
    const hosts = nodeAddresses(nodes, own, facts);
    const pending = own.addresses.flatMap(({ address }) => {
      const holders = holdersOf(address, hosts);
      if (holders.length === 1) return [];
      return holders.length === 0 ? `no node has ${address}` : `${address} is on ${holders.join(' and ')}`;
    });
    return pending.length === 0 ? unchanged : { steps: [], pending: pending.join('; ') };
  },
});
