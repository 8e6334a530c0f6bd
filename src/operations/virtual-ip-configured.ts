// keepalived's configuration on a control plane: unicast VRRP with the others, for the IP that they share.
import { z } from 'zod';
import { parseCidr, parseIp, rangeContains } from '../core/ip.ts';
import { Secret } from '../core/secret.ts';
import { ask } from '../facts/fact.ts';
import { textFile } from '../facts/file.ts';
import { ipvsAddresses } from '../facts/ipvs-addresses.ts';
import { keepalivedConfiguration, keepalivedConfigurationPath } from '../facts/keepalived-configuration.ts';
import type { HostAddresses } from '../ipvs/host-addresses.ts';
import { renderSecretTemplate, renderTemplate } from '../render/template.ts';
import { clusterArg, nodeSettings, type ClusterArg } from './cluster-args.ts';
import { defineOperation, type FactReader, type Problem } from './operation.ts';
import { textFileSteps } from './text-file-steps.ts';
import { checkScriptPath, virtualIPArg, type VirtualIPArg } from './virtual-ip-args.ts';

const args = z.strictObject({
  vip: virtualIPArg,
  cluster: clusterArg,
  node: z.string().min(1).meta({ description: 'Name of the host.' }),
  password: z
    .instanceof(Secret)
    .meta({ description: 'VRRP password for control planes that have none yet: eight letters and digits.' }),
});

type Args = z.output<typeof args>;

export const virtualIPConfigured = defineOperation({
  name: 'virtual-ip.configured',
  summary:
    "Configures keepalived for the control planes' virtual IP: unicast VRRP, priorities by the order of the inventory, less for those whose API server does not answer. A password that is in use stays.",
  args,
  needs: ({ cluster }) => [
    { query: ask(ipvsAddresses) },
    { query: ask(textFile, { path: checkScriptPath }) },
    { query: ask(keepalivedConfiguration) },
    ...cluster.controlPlanes.map((host) => ({ query: ask(keepalivedConfiguration), host })),
  ],
  plan(wanted, facts) {
    const prefixLength = prefixOf(wanted.vip, facts.get(ask(ipvsAddresses)));
    if (typeof prefixLength !== 'number') return { steps: [], problems: [prefixLength] };
    const found = facts.get(ask(keepalivedConfiguration));
    const script = facts.get(ask(textFile, { path: checkScriptPath }));
    const content = configuration(wanted, prefixLength, passwordInUse(wanted.cluster, facts));
    return {
      steps: [
        // First, as keepalived ignores a check whose script is missing.
        ...textFileSteps({ path: checkScriptPath, content: checkScript(wanted), mode: 0o755 }, script),
        ...textFileSteps(
          { path: keepalivedConfigurationPath, content, mode: 0o600 },
          found === null ? null : { ...found, text: found.text.reveal() },
        ),
      ],
    };
  },
});

/** The one of the first control plane in order wins, so that all come to the same. */
function passwordInUse({ controlPlanes }: ClusterArg, facts: FactReader): Secret | null {
  const found = controlPlanes.map((host) => facts.get(ask(keepalivedConfiguration), host)?.password ?? null);
  return found.find((password) => password !== null) ?? null;
}

function configuration(wanted: Args, prefixLength: number, inUse: Secret | null): Secret {
  const { vip, cluster, node } = wanted;
  const { controlPlanes } = cluster;
  const address = parseIp(vip.address);
  const values = {
    node,
    ...vip,
    prefixLength,
    check: checkScriptPath,
    penalty: Math.max(20, controlPlanes.length),
    routerId: Number((address?.value ?? 0n) % 255n) + 1,
    priority: 101 - controlPlanes.indexOf(node),
    source: nodeSettings(cluster, node).address,
    peers: controlPlanes.filter((name) => name !== node).map((name) => nodeSettings(cluster, name).address),
    // VRRP has no passwords for IPv6.
    password: address?.family === 6 ? null : (inUse ?? wanted.password),
  };
  return renderSecretTemplate('keepalived/keepalived.conf', values, 'keepalived.conf');
}

function checkScript({ cluster, node }: Args): string {
  const source = nodeSettings(cluster, node).address;
  const bracketed = source.includes(':') ? `[${source}]` : source;
  return renderTemplate('keepalived/check-api-server.sh', { source, bracketed });
}

/** That of the interface's network which the virtual IP is in. */
function prefixOf(vip: VirtualIPArg, { interfaces, addresses }: HostAddresses): number | Problem {
  if (!interfaces.includes(vip.interface)) {
    const others = interfaces.filter((name) => name !== 'lo' && name !== 'kube-ipvs0');
    return {
      message: `there is no interface ${vip.interface} for the virtual IP ${vip.address}`,
      hint: `This host has ${others.join(', ')}: name one that all control planes have in cluster.controlPlane.vip.interface.`,
      data: { interface: vip.interface, interfaces: others },
    };
  }
  const virtual = parseIp(vip.address);
  const own = addresses.filter((one) => one.interface === vip.interface && one.address !== vip.address);
  const network = own.find(({ address, prefixLength }) => {
    const range = parseCidr(`${address}/${prefixLength}`);
    return virtual !== undefined && range !== undefined && rangeContains(range, virtual);
  });
  if (network !== undefined) return network.prefixLength;
  const present = own.map(({ address, prefixLength }) => `${address}/${prefixLength}`);
  return {
    message: `the virtual IP ${vip.address} is in no network of ${vip.interface}`,
    hint: `${vip.interface} has ${present.length === 0 ? 'no address' : present.join(', ')}: take a free address of its network.`,
    data: { address: vip.address, interface: vip.interface, addresses: present },
  };
}
