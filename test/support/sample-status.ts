// A cluster's status as data: three nodes and a virtual IP, an external IP with two pods.
import type { StatusEvent } from '../../src/ui/status/view.ts';

type Node = StatusEvent['nodes'][number];
type ExternalIP = StatusEvent['externalIPs'][number];

export function statusNode(node: string, parts: Partial<Node> = {}): Node {
  return {
    node,
    address: '100.67.151.2',
    roles: [node.startsWith('master') ? 'control-plane' : 'worker'],
    isReady: true,
    kubeletVersion: 'v1.20.2',
    proxyMode: 'ipvs',
    proxyVersion: 'v1.20.2',
    virtualServers: 5,
    realServers: 9,
    connections: { active: 3, inactive: 40 },
    silentMs: null,
    ...parts,
  };
}

const names = ['master1', 'master2', 'worker1'];

export function realServer(
  last: number,
  parts: Partial<ExternalIP['realServers'][number]> = {},
): ExternalIP['realServers'][number] {
  return {
    address: `10.244.3.${last}`,
    port: 80,
    pod: `nginx-${last}`,
    node: 'worker1',
    active: 1,
    inactive: 20,
    weights: names.map((node) => ({ node, weight: 1 })),
    ...parts,
  };
}

export function externalIP(parts: Partial<ExternalIP> = {}): ExternalIP {
  return {
    protocol: 'TCP',
    address: '100.67.151.9',
    port: 80,
    services: ['user-a-ns/nginx'],
    holders: names.map((node) => ({ node, interfaces: ['kube-ipvs0'] })),
    realServers: [realServer(4), realServer(5)],
    ...parts,
  };
}

export function statusEvent(parts: Partial<StatusEvent> = {}): StatusEvent {
  return {
    type: 'status',
    time: '2026-11-23T08:31:05.123Z',
    cluster: 'lab',
    endpoint: '100.67.151.8:6443',
    api: { host: 'master1' },
    virtualIP: { address: '100.67.151.8', holders: [{ node: 'master2', interfaces: ['eth0'] }] },
    clusterDns: { addresses: ['10.96.0.10'], ready: 2, wanted: 2 },
    nodes: names.map((node) => statusNode(node)),
    externalIPs: [externalIP()],
    ...parts,
  };
}
