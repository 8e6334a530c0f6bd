// keepalived's part for the control planes' IP on one of them: unicast VRRP with the others.
import { z } from 'zod';
import { inBrackets, isIpv6 } from '../../core/ip.ts';
import type { Secret } from '../../core/secret.ts';
import { ask } from '../../facts/fact.ts';
import { keepalivedConfiguration } from '../../facts/files/keepalived-configuration.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import { choiceOf } from '../../kube/outside/interface-choice.ts';
import { renderSecretTemplate, renderTemplate } from '../../render/template.ts';
import { clusterArg, nodeSettings } from '../args/cluster.ts';
import { hostArg, secretArg } from '../args/scalars.ts';
import { foreignProblems } from '../keepalived/foreign.ts';
import { arpNeeds, arpSteps } from '../keepalived/arp-settings.ts';
import { cardsBeside, placeAddresses, type AddressPlace } from '../keepalived/interface-network.ts';
import { partNeeds, partSteps, passwordInUse } from '../keepalived/part-steps.ts';
import { keepalivedParts } from '../keepalived/parts.ts';
import { routerId } from '../keepalived/router-ids.ts';
import { defineOperation } from '../operation.ts';
import { virtualIPArg, type VirtualIPArg } from './args.ts';

const args = z.strictObject({
  vip: virtualIPArg,
  cluster: clusterArg,
  node: hostArg,
  password: secretArg.meta({
    description: 'VRRP password for control planes that have none yet: eight letters and digits.',
  }),
});

type Args = z.output<typeof args>;

const { path, script: checkScriptPath } = keepalivedParts.virtualIP;

export const virtualIPConfigured = defineOperation({
  name: 'virtual-ip.configured',
  summary:
    "Configures keepalived for the control planes' virtual IP: unicast VRRP, priorities by the order of the inventory, less for those whose API server does not answer. A password that is in use stays.",
  args,
  example: `
- name: Configure keepalived for the virtual IP
  op: virtual-ip.configured
  on: control-planes
  when: ['\${{ cluster.controlPlane.vip != nil }}']
  with:
    vip: \${{ cluster.controlPlane.vip }}
    cluster: \${{ cluster }}
    node: \${{ host.name }}
    password: \${{ run.virtualIPPassword }}
`,
  needs: ({ cluster }) => [
    { query: ask(ipvsAddresses) },
    ...arpNeeds('virtualIP'),
    ...partNeeds('virtualIP'),
    ...cluster.controlPlanes.map((host) => ({ query: ask(keepalivedConfiguration, { path }), host })),
  ],
  plan(wanted, facts) {
    const { vip, cluster, node } = wanted;
    const host = facts.get(ask(ipvsAddresses));
    const placement = placeAddresses(wantedAddress(vip), choiceOf(vip, node), host);
    const problems = [...placement.problems, ...foreignProblems('virtualIP', facts)];
    const place = placement.places.get(vip.address);
    if (place === undefined || problems.length > 0) return { steps: [], problems };
    const inUse = passwordInUse('virtualIP', cluster.controlPlanes, facts);
    const content = configuration(wanted, place, inUse);
    return {
      steps: [
        ...arpSteps('virtualIP', cardsBeside(placement, host), facts),
        ...partSteps({ part: 'virtualIP', node, content, script: checkScript(wanted) }, facts),
      ],
    };
  },
});

function wantedAddress({ address }: VirtualIPArg) {
  return {
    addresses: [address],
    what: () => `the virtual IP ${address}`,
    key: 'cluster.controlPlane.vip.interface',
  };
}

function configuration(wanted: Args, place: AddressPlace, inUse: Secret | null): Secret {
  const { vip, cluster, node } = wanted;
  const { controlPlanes } = cluster;
  const values = {
    ...vip,
    ...place,
    check: checkScriptPath,
    penalty: Math.max(20, controlPlanes.length),
    routerId: routerId(vip.address),
    priority: 101 - controlPlanes.indexOf(node),
    source: nodeSettings(cluster, node).address,
    peers: controlPlanes.filter((name) => name !== node).map((name) => nodeSettings(cluster, name).address),
    // VRRP has no passwords for IPv6.
    password: isIpv6(vip.address) ? null : (inUse ?? wanted.password),
  };
  return renderSecretTemplate('keepalived/virtual-ip.conf', values, 'virtual-ip.conf');
}

function checkScript({ cluster, node }: Args): string {
  const source = nodeSettings(cluster, node).address;
  const bracketed = inBrackets(source);
  return renderTemplate('keepalived/check-api-server.sh', { source, bracketed });
}
