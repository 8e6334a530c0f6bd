// Who dials whom before a cluster is made: bounded, and the same each time.
import { isControlPlane, nodeTraffic, type PacketHost } from './needed-packets.ts';

/** A port of a host that another one dials. */
export interface Dial {
  readonly from: string;
  readonly to: PacketHost;
  readonly port: number;
}

/** So many kubelets' ports does a control plane dial at most; those of further nodes nobody dials. */
export const mostKubelets = 50;

/** So many control planes does a host dial at most, the first ones of the inventory. */
export const mostControlPlanes = 5;

/**
 * Every host dials the API's port of the control planes, the control planes each other's etcd. The kubelets' port of every
 * other host is dialled by one control plane, in turn.
 */
export function dialPlan(hosts: readonly PacketHost[]): readonly Dial[] {
  const controlPlanes = hosts.filter(isControlPlane).slice(0, mostControlPlanes);
  const api = hosts.flatMap((host) =>
    controlPlanes
      .filter((to) => to.name !== host.name)
      .map((to) => ({ from: host.name, to, port: nodeTraffic.api })),
  );
  const etcd = controlPlanes.flatMap((from) =>
    controlPlanes
      .filter((to) => to.name !== from.name)
      .flatMap((to) => nodeTraffic.etcd.map((port) => ({ from: from.name, to, port }))),
  );
  return [...api, ...etcd, ...kubeletDials(hosts, controlPlanes)];
}

function kubeletDials(hosts: readonly PacketHost[], controlPlanes: readonly PacketHost[]): readonly Dial[] {
  const made = new Map<string, number>();
  return hosts.flatMap((to, index) => {
    const others = controlPlanes.filter(({ name }) => name !== to.name);
    const from = others[index % others.length];
    const before = made.get(from?.name ?? '') ?? 0;
    if (from === undefined || before >= mostKubelets) return [];
    made.set(from.name, before + 1);
    return [{ from: from.name, to, port: nodeTraffic.kubelet }];
  });
}

/** The ports at which a host is dialled. */
export function dialledPorts(plan: readonly Dial[], host: string): readonly number[] {
  const ports = plan.filter(({ to }) => to.name === host).map(({ port }) => port);
  return [...new Set(ports)].sort((left, right) => left - right);
}
