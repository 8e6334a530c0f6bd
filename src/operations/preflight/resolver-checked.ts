// Before any change: a host has servers of names that the pods of the cluster DNS can ask.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import {
  hostResolver,
  kubeletResolver,
  reachableServers,
  type HostResolver,
} from '../../facts/network/resolver.ts';
import { hostArg } from '../args/scalars.ts';
import { defineOperation, unchanged } from '../operation.ts';
import { planOf, problem, type Finding } from './finding.ts';

const args = z.strictObject({
  node: hostArg,
  clusterDns: z.boolean().meta({ description: 'Whether the cluster gets a DNS of its own.' }),
});

export const resolverChecked = defineOperation({
  name: 'resolver.checked',
  summary:
    'Checks, where the cluster gets a DNS, that the host has a list of name servers which pods can ask: CoreDNS asks them for all names that are not of the cluster. A host that is a node already is left in peace.',
  args,
  example: `
- name: Check that the cluster DNS will have whom to ask
  op: resolver.checked
  with:
    node: \${{ host.name }}
    clusterDns: \${{ bundle.manifest.clusterDns }}
`,
  needs: ({ clusterDns }) => (clusterDns ? [{ query: ask(hostResolver) }] : []),
  plan({ node, clusterDns }, facts) {
    if (!clusterDns) return unchanged;
    const resolver = facts.get(ask(hostResolver));
    return resolver.isNode ? unchanged : planOf(node, checkResolver(resolver));
  },
});

function checkResolver(resolver: HostResolver): readonly Finding[] {
  const file = kubeletResolver(resolver);
  const hint =
    'Write "nameserver ADDRESS" into /etc/resolv.conf, with a server of your network, or run systemd-resolved or NetworkManager (its list is /run/NetworkManager/no-stub-resolv.conf). Or name a file of your own: KUBELET_EXTRA_ARGS=--resolv-conf=FILE in /etc/default/kubelet or, with rpm, /etc/sysconfig/kubelet.';
  if (file === undefined) {
    const { dangling } = resolver;
    const message =
      dangling === null
        ? 'there is no /etc/resolv.conf'
        : `/etc/resolv.conf is a link to ${dangling}, which is not there`;
    return [problem('resolver', `${message}, and the cluster's DNS asks the servers that it names`, hint)];
  }
  const { path, nameservers } = file;
  if (reachableServers(nameservers).length > 0) return [];
  const message =
    nameservers.length === 0
      ? `${path} names no server`
      : `${path} names ${nameservers.join(', ')} alone, which only the host itself can ask`;
  return [problem('resolver', `${message}, and the cluster's DNS asks the servers that it names`, hint)];
}
