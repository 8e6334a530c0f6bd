// Verifies that each external IP that this program binds is on the interface of one node, and of no other.
import { z } from 'zod';
import { holdersOf } from '../../ipvs/holders.ts';
import { choiceOf, type InterfaceChoices } from '../../kube/outside/interface-choice.ts';
import { drift } from '../drift.ts';
import { bindingArg, ownBinding } from '../external-ips/binding.ts';
import { nodeAddresses, nodesNeed } from '../external-ips/node-addresses.ts';
import { defineOperation, unchanged, type Problem } from '../operation.ts';

export const externalIPsOwned = defineOperation({
  name: 'external-ips.owned',
  summary: 'Checks that each external IP that this program binds is on the interface of exactly one node.',
  args: z.strictObject({
    binding: bindingArg,
    nodes: z.array(z.string().min(1)).min(1).meta({ description: 'Names of all nodes.' }),
  }),
  example: `
- name: Look which node has each external IP
  op: external-ips.owned
  on: first-control-plane
  wait: 30s # one may be on its way to another node
  with:
    binding: \${{ binding }}
    nodes: '\${{ cluster.nodes | map: "name" }}'
`,
  problemCode: 'verify.drift',
  needs: ({ binding, nodes }) => (ownBinding(binding) === null ? [] : nodesNeed(nodes)),
  plan({ binding, nodes }, facts) {
    const own = ownBinding(binding);
    if (own === null) return unchanged;
    const hosts = nodeAddresses(nodes, own, facts);
    const place = placeOf(own, nodes);
    const found = own.addresses.map(({ address, candidates }) => ({
      address,
      candidates,
      holders: holdersOf(address, hosts),
    }));
    return {
      steps: [],
      problems: found.flatMap((one) => judge({ ...one, place })),
      report: found.map(({ address, candidates, holders }) => ({
        'external IP': address,
        [`on ${place} of`]: holders.join(', ') || 'nobody',
        'takes over': candidates.filter((node) => !holders.includes(node)).join(', ') || 'nobody',
      })),
    };
  },
});

/** The interface, where all nodes call it the same. */
function placeOf(choices: InterfaceChoices, nodes: readonly string[]): string {
  const names = new Set(nodes.map((node) => choiceOf(choices, node).interface));
  const [name = null] = names;
  return names.size === 1 && name !== null ? name : 'the interface';
}

interface Ownership {
  readonly address: string;
  readonly candidates: readonly string[];
  readonly holders: readonly string[];
  /** In words. */
  readonly place: string;
}

function judge({ address, candidates, holders, place }: Ownership): readonly Problem[] {
  const [first] = holders;
  if (holders.length === 1 && first !== undefined) return [];
  const about = { node: null, address, expected: 'one node', actual: holders.join(', ') || 'nobody' };
  if (first === undefined) {
    return [
      drift({
        kind: 'owner.missing',
        ...about,
        message: `no node has the external IP ${address} on ${place}, so nobody outside reaches it`,
        hint: `Look whether keepalived runs on ${candidates.join(', ')}: systemctl status keepalived`,
        more: { candidates },
      }),
    ];
  }
  return [
    drift({
      kind: 'owner.several',
      ...about,
      message: `${holders.length} nodes have the external IP ${address} on ${place}: ${holders.join(', ')}`,
      hint: 'Their keepalived processes do not hear each other: let VRRP (IP protocol 112) through between the nodes, and look at systemctl status keepalived',
      more: { candidates, holders },
    }),
  ];
}
