// Services, endpoints and hosts for tests of the expected table: complete objects from what matters.
import type { ClusterNetworks } from '../../src/ipvs/compare/ownership.ts';
import type { ExpectedState } from '../../src/ipvs/expected/expected-state.ts';
import type { HostAddresses } from '../../src/ipvs/host-addresses.ts';
import type { IpvsTable } from '../../src/ipvs/table/model.ts';
import type { Endpoint } from '../../src/kube/objects/endpoint-view.ts';
import type { Service, ServicePort } from '../../src/kube/objects/service-view.ts';

/** user-a-ns/nginx on TCP port 80, with a cluster IP. */
export function service(parts: Partial<Service> = {}): Service {
  return {
    namespace: 'user-a-ns',
    name: 'nginx',
    type: 'ClusterIP',
    clusterIPs: ['10.105.12.124'],
    externalIPs: [],
    loadBalancerIPs: [],
    ports: [port()],
    affinitySeconds: null,
    isExternalTrafficLocal: false,
    isInternalTrafficLocal: false,
    isOfOtherProxy: false,
    isMarkedHeadless: false,
    topologyAwareHints: null,
    topologyMode: null,
    ...parts,
  };
}

export function port(parts: Partial<ServicePort> = {}): ServicePort {
  return { name: '', protocol: 'TCP', port: 80, nodePort: null, ...parts };
}

/** A ready endpoint of user-a-ns/nginx on worker1. */
export function endpoint(address: string, parts: Partial<Endpoint> = {}): Endpoint {
  return {
    namespace: 'user-a-ns',
    service: 'nginx',
    portName: '',
    protocol: 'TCP',
    address,
    port: 80,
    node: 'worker1',
    pod: null,
    isReady: true,
    isServing: true,
    isTerminating: false,
    zoneHints: [],
    nodeHints: [],
    ...parts,
  };
}

/** A node 10.77.0.12 with a bridge for its pods, loopback, and kube-ipvs0 with some addresses. */
export function host(bound: readonly string[] = []): HostAddresses {
  const on = (name: string, address: string, prefixLength: number) => ({
    interface: name,
    address,
    prefixLength,
  });
  const addresses = [
    on('lo', '127.0.0.1', 8),
    on('eth0', '10.77.0.12', 24),
    on('cni0', '10.244.1.1', 24),
    ...bound.map((address) => on('kube-ipvs0', address, address.includes(':') ? 128 : 32)),
  ];
  return {
    interfaces: ['lo', 'eth0', 'cni0', 'kube-ipvs0'],
    withoutArp: ['kube-ipvs0'],
    addresses,
    localRoutes: addresses.map((entry) => ({
      interface: entry.interface,
      destination: entry.address,
      source: entry.address.includes(':') ? null : entry.address,
    })),
  };
}

export const networks: ClusterNetworks = {
  podCIDRs: ['10.244.0.0/16', 'fd00:244::/56'],
  serviceCIDRs: ['10.96.0.0/12', 'fd00:96::/112'],
  nodeAddresses: ['10.77.0.11', '10.77.0.12'],
  externalAddresses: [],
  nodePortRange: [30000, 32767],
  excludeCIDRs: [],
  movingAddresses: [],
};

/** A table that is just as expected. */
export function asExpected(expected: ExpectedState): IpvsTable {
  return {
    virtualServers: expected.virtualServers.map(
      ({ protocol, address, port: number, scheduler, ...server }) => ({
        protocol,
        address,
        port: number,
        scheduler,
        flags: [],
        ...(server.persistenceSeconds === null ? {} : { persistenceSeconds: server.persistenceSeconds }),
        realServers: server.realServers.map((real) => ({
          ...real,
          forwarding: 'Masq' as const,
          weight: 1,
          active: 0,
          inactive: 0,
        })),
      }),
    ),
    markedServers: [],
  };
}
