// The packets between the hosts of a cluster that a host must let in, by what it is to be.
import { isIpv6 } from '../../core/ip.ts';
import type { Packet } from './verdict.ts';

/** A host of the cluster, as far as packets go. */
export interface PacketHost {
  readonly name: string;
  readonly address: string;
  readonly roles: readonly string[];
}

/** Packets of one kind to one place, from the hosts that send them. */
export interface NeededPackets {
  readonly protocol: Packet['protocol'];
  readonly port?: number;
  readonly from: readonly PacketHost[];
}

export interface PacketWishes {
  /** Names of the hosts that share an address by VRRP: they send each other packets of IP protocol 112. */
  readonly sharing: readonly string[];
  /** UDP ports by which the pod network connects the nodes. */
  readonly udpPorts: readonly number[];
}

/** The ports of the control plane's parts. */
export const nodeTraffic = { api: 6443, etcd: [2379, 2380], kubelet: 10250 } as const;

export function neededPackets(
  self: PacketHost,
  hosts: readonly PacketHost[],
  { sharing, udpPorts }: PacketWishes,
): readonly NeededPackets[] {
  const others = hosts.filter(({ name }) => name !== self.name);
  const controlPlanes = others.filter(isControlPlane);
  const vrrp = sharing.includes(self.name) ? others.filter(({ name }) => sharing.includes(name)) : [];
  const all: readonly NeededPackets[] = [
    ...(isControlPlane(self)
      ? [
          ...nodeTraffic.etcd.map((port) => ({ protocol: 'tcp' as const, port, from: controlPlanes })),
          { protocol: 'tcp' as const, port: nodeTraffic.api, from: others },
        ]
      : []),
    { protocol: 'tcp', port: nodeTraffic.kubelet, from: controlPlanes },
    ...udpPorts.map((port) => ({ protocol: 'udp' as const, port, from: others })),
    { protocol: 'vrrp', from: vrrp },
  ];
  return all.filter(({ from }) => from.length > 0);
}

export function isControlPlane({ roles }: PacketHost): boolean {
  return roles.includes('control-plane');
}

/** The packet that one of the senders sends to `self`. */
export function packetFrom(
  sender: PacketHost,
  self: PacketHost,
  { protocol, port }: NeededPackets,
  device: string | undefined,
): Packet {
  return {
    hook: 'input',
    family: isIpv6(sender.address) ? 6 : 4,
    protocol,
    source: sender.address,
    destination: self.address,
    ...(port === undefined ? {} : { port }),
    ...(device === undefined ? {} : { inInterface: device }),
  };
}

/** `TCP port 6443`, `TCP ports 2379, 2380`. */
export function portsText(protocol: 'tcp' | 'udp', ports: readonly number[]): string {
  return `${protocol.toUpperCase()} ${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`;
}
