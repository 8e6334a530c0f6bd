// Before any change: the addresses that the cluster takes for itself are nobody's yet.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import {
  keepalivedConfiguration,
  type KeepalivedConfiguration,
} from '../../facts/files/keepalived-configuration.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import { addressAnswers, type AddressAnswers } from '../../facts/network/address-answers.ts';
import type { HostAddresses } from '../../ipvs/host-addresses.ts';
import { ipAddress } from '../args/networks.ts';
import { heldAddresses } from '../keepalived/held-addresses.ts';
import { keepalivedParts } from '../keepalived/parts.ts';
import { defineOperation, unchanged, type FactNeed, type FactReader } from '../operation.ts';
import { findConflicts, type HostView } from './address-conflicts.ts';

const args = z.strictObject({
  claims: z
    .object({
      addresses: z.array(z.object({ address: ipAddress, what: z.string(), place: z.string() })),
      hosts: z.record(z.string(), z.string()),
    })
    .meta({ description: 'The addresses, and where the inventory names them, as `${{ claims }}` gives it.' }),
  nodes: z.array(z.string().min(1)).min(1).meta({ description: 'Names of all nodes.' }),
});

type Args = z.output<typeof args>;

export const addressesFree = defineOperation({
  name: 'addresses.free',
  summary:
    "Checks that external IPs and virtual IP are no host's own, no network or broadcast address, and that nobody on the network answers for them but the cluster itself.",
  args,
  example: `
- name: Check that nobody has the external IPs and the virtual IP yet
  op: addresses.free
  on: first-control-plane
  with:
    claims: \${{ claims }}
    nodes: '\${{ cluster.nodes | map: "name" }}'
`,
  needs: (wanted) =>
    wanted.claims.addresses.length === 0 ? [] : wanted.nodes.flatMap((node) => needsOf(wanted, node)),
  plan(wanted, facts) {
    if (wanted.claims.addresses.length === 0) return unchanged;
    const hosts = wanted.nodes.flatMap((node) => viewOf(wanted, node, facts));
    const isWhole = hosts.length === wanted.nodes.length;
    return { steps: [], problems: findConflicts(wanted.claims, hosts, isWhole) };
  },
});

const parts = Object.values(keepalivedParts).map(({ path }) => ask(keepalivedConfiguration, { path }));

function question({ claims }: Args) {
  return ask(addressAnswers, { addresses: claims.addresses.map(({ address }) => address) });
}

function needsOf(wanted: Args, host: string): readonly FactNeed[] {
  return [question(wanted), ask(ipvsAddresses), ...parts].map((query) => ({ query, host, optional: true }));
}

/** Nothing of a host that cannot be reached. */
function viewOf(wanted: Args, node: string, facts: FactReader): readonly HostView[] {
  const answers = facts.get<AddressAnswers | undefined>(question(wanted), node);
  const host = facts.get<HostAddresses | undefined>(ask(ipvsAddresses), node);
  if (answers === undefined || host === undefined) return [];
  const texts = parts.map(
    (query) => facts.get<KeepalivedConfiguration | null | undefined>(query, node)?.text,
  );
  const ours = texts.flatMap((text) => heldAddresses(text?.reveal() ?? ''));
  return [{ node, addresses: host.addresses, ours, ...answers }];
}
