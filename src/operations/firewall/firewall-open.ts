// Before any change: a host's own firewall lets the packets of a cluster in, as far as its rules tell.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { firewall, type Firewall } from '../../facts/firewall/firewall.ts';
import { ways, type Ways } from '../../facts/firewall/ways.ts';
import { flannelPorts } from '../../kube/objects/manifest.ts';
import type { KubernetesObject } from '../../kube/objects/object.ts';
import { clusterArg } from '../args/cluster.ts';
import { hostArg } from '../args/scalars.ts';
import { bindingArg, ownBinding } from '../external-ips/binding.ts';
import { defineOperation, type Plan } from '../operation.ts';
import { planOf, problem, warning, type Finding } from '../preflight/finding.ts';
import { obstacleText, openingCommand } from './advice.ts';
import {
  neededPackets,
  packetFrom,
  portsText,
  type NeededPackets,
  type PacketHost,
} from './needed-packets.ts';
import { podCards, podFindings, type PodNetworkKind } from './pod-packets.ts';
import { judge, type Obstacle } from './verdict.ts';

const args = z.strictObject({
  node: hostArg,
  cluster: clusterArg,
  binding: bindingArg.optional(),
  cni: z
    .object({ kind: z.enum(['host-gw', 'manifest', 'none']), objects: z.array(z.custom<KubernetesObject>()) })
    .meta({ description: 'Which pod network the cluster has, as `${{ cni }}` gives it.' }),
});

type Args = z.output<typeof args>;

export const firewallOpen = defineOperation({
  name: 'firewall.open',
  summary:
    'Reads the rules of iptables and nftables, and with them those of firewalld, ufw and Docker, and checks that none stops what the other hosts and the pods send. What cannot be dialled is a problem: UDP, VRRP and packets of pods. Of TCP it warns, as `ports.reached` tries it out. What cannot be told is not said. Of a node that is there already it only warns.',
  args,
  example: `
- name: Read the rules of the host's firewall
  op: firewall.open
  with:
    node: \${{ host.name }}
    cluster: \${{ cluster }}
    binding: \${{ binding }}
    cni: \${{ cni }}
`,
  needs: (wanted) => [{ query: ask(firewall) }, { query: waysQuery(wanted) }],
  plan(wanted, facts) {
    const rules = facts.get(ask(firewall));
    const devices = facts.get(waysQuery(wanted));
    const { cluster, node } = wanted;
    const self = cluster.nodes.find(({ name }) => name === node);
    if (self === undefined) return { steps: [] };
    const ports = flannelPorts(wanted.cni.objects);
    const wishes = { sharing: sharingHosts(wanted), udpPorts: ports.filter((port) => port !== null) };
    const all = neededPackets(self, cluster.nodes, wishes);
    const [peer] = cluster.nodes.filter(({ name }) => name !== node);
    const kind = networkKind(wanted, ports.length > 0);
    const stopped = podFindings(rules, cluster.network, kind, podCards(kind, devices[peer?.address ?? '']));
    const findings = [
      ...closedFindings(self, all, rules, devices),
      ...(kind === 'other' ? stopped.map(unlessSeenTo) : stopped),
      ...(rules.isWhole ? [] : [unread]),
    ];
    return asFound(node, findings, rules);
  },
});

const unread = warning(
  'firewall',
  'the rules of nftables could not be read whole: nft here prints no JSON',
  'See to it yourself that they let in what the other hosts send',
);

function waysQuery({ cluster, node }: Args) {
  const addresses = cluster.nodes.filter(({ name }) => name !== node).map(({ address }) => address);
  return ask(ways, { addresses });
}

/** Before there is a pod network nobody knows what it will bring. */
function unlessSeenTo(finding: Finding): Finding {
  return { ...finding, hint: `${finding.hint}. Unless your pod network sees to it` };
}

/** A cluster that runs is not stopped by rules that may be read wrong. */
function asFound(node: string, findings: readonly Finding[], { isNode }: Firewall): Plan {
  return planOf(node, isNode ? findings.map((one) => ({ ...one, severity: 'warning' as const })) : findings);
}

function networkKind({ cni }: Args, isFlannel: boolean): PodNetworkKind {
  if (cni.kind === 'host-gw') return 'host-gw';
  return isFlannel ? 'flannel' : 'other';
}

function sharingHosts({ cluster, binding }: Args): readonly string[] {
  const own = binding === undefined ? null : ownBinding(binding);
  const candidates = own?.addresses.flatMap((one) => one.candidates) ?? [];
  return [...(cluster.controlPlane.vip === null ? [] : cluster.controlPlanes), ...candidates];
}

/** Packets that one rule stops, from the same hosts. */
interface Closed {
  readonly by: Obstacle;
  readonly protocol: NeededPackets['protocol'];
  readonly from: readonly PacketHost[];
  readonly ports: number[];
}

function closedFindings(
  self: PacketHost,
  all: readonly NeededPackets[],
  { tables }: Firewall,
  devices: Ways,
): readonly Finding[] {
  const groups = new Map<string, Closed>();
  for (const needed of all) {
    const stopped = needed.from.flatMap((sender) => {
      const verdict = judge(tables, packetFrom(sender, self, needed, devices[sender.address]));
      return verdict.is === 'blocked' ? [{ sender, by: verdict.by }] : [];
    });
    const [first] = stopped;
    if (first === undefined) continue;
    const from = stopped.map(({ sender }) => sender);
    const text = [needed.protocol, obstacleText(first.by), ...from.map(({ name }) => name)].join('\n');
    const group = groups.get(text) ?? { by: first.by, protocol: needed.protocol, from, ports: [] };
    if (needed.port !== undefined) group.ports.push(needed.port);
    groups.set(text, group);
  }
  return [...groups.values()].map(closedFinding);
}

function closedFinding({ by, protocol, from, ports }: Closed): Finding {
  const senders = from.map(({ name }) => name);
  const what = `${placeText(protocol, ports)} here: packets are stopped ${obstacleText(by)}`;
  const command = openingCommand(by, { protocol, ports, source: from[0]?.address ?? '' });
  const others = senders.length > 1 ? ' (and the others likewise)' : '';
  const hint = `Let them in, and keep that for boots: ${command}${others}`;
  // From which address and by which card they come is a guess, and a dial knows better.
  return protocol === 'tcp'
    ? warning(
        'firewall',
        `${shortList(senders)} will hardly reach ${what}`,
        `"up" tries it out before it changes anything. ${hint}`,
      )
    : problem('firewall', `${shortList(senders)} cannot reach ${what}`, hint);
}

function placeText(protocol: NeededPackets['protocol'], ports: readonly number[]): string {
  if (protocol === 'vrrp') return 'keepalived (VRRP, IP protocol 112)';
  return portsText(protocol, ports);
}

const shownNames = 3;

/** The first few of many names. */
function shortList(names: readonly string[]): string {
  const rest = names.length - shownNames;
  return rest > 1 ? `${names.slice(0, shownNames).join(', ')} and ${rest} more` : names.join(', ');
}
