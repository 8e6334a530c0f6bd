// Whether the packets of pods get through a host's rules: to pods of other hosts, and to Services.
import { isIpv6, splitNetworks } from '../../core/ip.ts';
import type { Firewall } from '../../facts/firewall/firewall.ts';
import type { FilterTable } from '../../facts/firewall/packet-filter.ts';
import { podBridge } from '../../kube/pod-network.ts';
import { problem, warning, type Finding } from '../preflight/finding.ts';
import { obstacleText, podsCommand } from './advice.ts';
import { judge, type Obstacle, type Packet } from './verdict.ts';

export interface PodNetworks {
  /** CIDRs of both families, as the inventory writes them. */
  readonly pods: string;
  readonly services: string;
}

/** A packet of a pod, and the network it comes from. */
export interface PodPacket {
  readonly pods: string;
  readonly what: string;
  readonly packet: Packet;
}

/** The cards that pods' packets come and go by; undefined ones may be any. */
export interface PodCards {
  readonly bridge?: string | undefined;
  readonly device?: string | undefined;
}

/** Of other pod networks nobody knows how their cards are called, and by which card their packets come. */
export function podCards(kind: PodNetworkKind, device?: string): PodCards {
  return kind === 'host-gw' ? { bridge: podBridge, device } : {};
}

/** One of each kind and family: the first address of a network stands for all, and a port for all ports. */
export function podPackets({ pods, services }: PodNetworks, cards: PodCards): readonly PodPacket[] {
  return splitNetworks(pods).flatMap((network) => {
    const family = isIpv6(network) ? 6 : 4;
    const service = splitNetworks(services).find((one) => isIpv6(one) === isIpv6(network));
    const source = firstAddress(network);
    const common = { family, protocol: 'tcp', source } as const;
    const { device, bridge } = cards;
    const through: Packet = {
      ...common,
      ...(device === undefined ? {} : { inInterface: device }),
      ...(bridge === undefined ? {} : { outInterface: bridge }),
      hook: 'forward',
      port: 8080,
      destination: source,
    };
    const fromPod = bridge === undefined ? common : { ...common, inInterface: bridge };
    const toService = service === undefined ? [] : [firstAddress(service)];
    return [
      { pods: network, what: 'packets between pods', packet: through },
      ...toService.map((destination) => ({
        pods: network,
        what: 'packets from pods to Services',
        packet: { ...fromPod, hook: 'input', port: 443, destination } as const,
      })),
    ];
  });
}

/** Which pod network is to cope with the rules. */
export type PodNetworkKind = 'host-gw' | 'flannel' | 'other';

/**
 * Ours brings rules that come first among those of iptables. flannel's come last there: behind them is the policy alone.
 * What another one does is not known.
 */
export function podFindings(
  { tables, flavour }: Firewall,
  networks: PodNetworks,
  kind: PodNetworkKind,
  cards: PodCards,
): readonly Finding[] {
  const ours = kind === 'host-gw' ? tables.filter((table) => !isOfFlavour(table, flavour)) : tables;
  return podPackets(networks, cards).flatMap(({ pods, what, packet }) => {
    const verdict = judge(ours, packet);
    if (verdict.is !== 'blocked') return [];
    if (packet.hook === 'forward' && kind !== 'host-gw' && isMended(verdict.by)) return [];
    const message = `${what} do not get through: they are stopped ${obstacleText(verdict.by)}`;
    const hint = `Let them through, and keep that for boots: ${podsCommand(verdict.by, pods, packet.hook)}`;
    return [kind === 'other' ? warning('firewall', message, hint) : problem('firewall', message, hint)];
  });
}

/** Whether rules of iptables stop packets of pods that ours, further behind, would let through. */
export function stoppedByIptables({ tables, flavour }: Firewall, networks: PodNetworks): boolean {
  const reached = tables.filter((table) => isOfFlavour(table, flavour));
  return podPackets(networks, podCards('host-gw')).some(
    ({ packet }) => judge(reached, packet).is === 'blocked',
  );
}

/** A rule at the end of FORWARD is still reached by the packets that a policy would stop. */
function isMended({ table, rule }: Obstacle): boolean {
  return rule === undefined && !table.origin.startsWith('nft ');
}

/** Whether plain `iptables` puts its rules into this table. */
function isOfFlavour({ origin }: FilterTable, flavour: Firewall['flavour']): boolean {
  if (origin.startsWith('nft ')) return false;
  return origin.endsWith(`-${flavour ?? 'nft'}`) || !/-(nft|legacy)$/.test(origin);
}

function firstAddress(network: string): string {
  return network.split('/')[0] ?? network;
}
