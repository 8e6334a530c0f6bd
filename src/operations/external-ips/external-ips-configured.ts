// keepalived's part for the external IPs on a node: for each address a VRRP instance with the others that may have it.
import { z } from 'zod';
import { isIpv6 } from '../../core/ip.ts';
import type { Secret } from '../../core/secret.ts';
import { ask } from '../../facts/fact.ts';
import { keepalivedConfiguration } from '../../facts/files/keepalived-configuration.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import { choiceOf } from '../../kube/outside/interface-choice.ts';
import { renderSecretTemplate, renderTemplate } from '../../render/template.ts';
import { clusterArg, nodeSettings, type ClusterArg } from '../args/cluster.ts';
import { hostArg, secretArg } from '../args/scalars.ts';
import { foreignProblems } from '../keepalived/foreign.ts';
import { arpNeeds, arpSteps } from '../keepalived/arp-settings.ts';
import { cardsBeside, placeAddresses, type Placement } from '../keepalived/interface-network.ts';
import { partNeeds, partSteps, passwordInUse } from '../keepalived/part-steps.ts';
import { keepalivedParts } from '../keepalived/parts.ts';
import { routerId, routerIds } from '../keepalived/router-ids.ts';
import { defineOperation, unchanged, type FactReader } from '../operation.ts';
import { bindingArg, ownBinding, type OwnBinding } from './binding.ts';
import { virtualServerPattern } from './virtual-server-pattern.ts';

const args = z.strictObject({
  binding: bindingArg,
  cluster: clusterArg,
  node: hostArg,
  password: secretArg.meta({
    description: 'VRRP password for nodes that have none yet: eight letters and digits.',
  }),
});

type Args = z.output<typeof args>;

const { path, script: checkScriptPath } = keepalivedParts.externalIPs;

export const externalIPsConfigured = defineOperation({
  name: 'external-ips.configured',
  summary:
    'Configures keepalived to bind each external IP to the interface of one node, spread in the order of the inventory; another takes over when that one is gone or does not balance. Where kube-proxy has them on every node, only that one answers ARP. A password that is in use stays.',
  args,
  example: `
- name: Configure keepalived for the external IPs
  op: external-ips.configured
  when: ['\${{ binding.by == "interface" }}']
  with:
    binding: \${{ binding }}
    cluster: \${{ cluster }}
    node: \${{ host.name }}
    password: \${{ run.externalIPsPassword }}
`,
  needs({ binding, cluster }) {
    const own = ownBinding(binding);
    if (own === null) return [];
    return [
      { query: ask(ipvsAddresses) },
      ...arpNeeds('externalIPs'),
      ...partNeeds('externalIPs'),
      ...cluster.nodes.map(({ name }) => ({
        query: ask(keepalivedConfiguration, { path }),
        host: name,
        optional: true as const,
      })),
    ];
  },
  plan(wanted, facts) {
    const own = ownBinding(wanted.binding);
    if (own === null) return unchanged;
    const { node, binding } = wanted;
    const host = facts.get(ask(ipvsAddresses));
    const placement = placeAddresses(wantedAddresses(own), choiceOf(own, node), host);
    const problems = [...placement.problems, ...foreignProblems('externalIPs', facts)];
    if (problems.length > 0) return { steps: [], problems };
    const content = configuration(wanted, own, placement, facts);
    // Without kube-proxy's copies the interface has but its own addresses to answer for.
    const devices = binding.kubeProxyBinds ? [...placement.places.values()].map((one) => one.interface) : [];
    const cards = [...new Set([...devices, ...cardsBeside(placement, host)])];
    return {
      steps: [
        ...arpSteps('externalIPs', cards, facts),
        ...partSteps({ part: 'externalIPs', node, content, script: checkScript(own) }, facts),
      ],
    };
  },
});

function wantedAddresses({ addresses }: OwnBinding) {
  return {
    addresses: addresses.map(({ address }) => address),
    what: (some: readonly string[]) => `the external IP${some.length > 1 ? 's' : ''} ${some.join(', ')}`,
    key: 'externalIPs.interface',
  };
}

function configuration(
  { cluster, node, password }: Args,
  { addresses }: OwnBinding,
  { places }: Placement,
  facts: FactReader,
): Secret {
  const { nodes, controlPlane } = cluster;
  const names = nodes.map(({ name }) => name);
  const inUse = passwordInUse('externalIPs', names, facts);
  const ids = routerIds(
    addresses.map(({ address }) => address),
    controlPlane.vip === null ? [] : [routerId(controlPlane.vip.address)],
  );
  const instances = addresses
    .filter(({ candidates }) => candidates.includes(node))
    .map(({ address, candidates }) => ({
      address,
      ...places.get(address),
      routerId: ids.get(address),
      priority: 101 - candidates.indexOf(node),
      source: addressBeside(address, cluster, node),
      peers: candidates.filter((name) => name !== node).map((name) => addressBeside(address, cluster, name)),
      // VRRP has no passwords for IPv6.
      password: isIpv6(address) ? null : (inUse ?? password),
    }));
  const values = { check: checkScriptPath, instances };
  return renderSecretTemplate('keepalived/external-ips.conf', values, 'external-ips.conf');
}

/** VRRP speaks in the family of the address that it is about. */
function addressBeside(address: string, cluster: ClusterArg, node: string): string {
  const { address: first, addresses } = nodeSettings(cluster, node);
  return addresses.find((own) => isIpv6(own) === isIpv6(address)) ?? first;
}

function checkScript({ addresses }: OwnBinding): string {
  const patterns = addresses.map(({ address }) => virtualServerPattern(address));
  return renderTemplate('keepalived/check-external-ips.sh', { patterns });
}
