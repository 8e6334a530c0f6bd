// The built-in pod network: a bridge on every node, and a route to every other node's pods.
import { isIpv6 } from '../core/ip.ts';
import { managedDirectories } from '../core/managed.ts';
import type { NodeView } from './objects/node-view.ts';

/** The bridge's name is our own: cni0 belongs to whoever came first. */
export const podBridge = 'ipvs-pods';

/** Name of the CNI network; host-local keeps its leases in a directory of this name. */
export const podNetworkName = 'ipvs-bootstrap';

/** Marks our routes in the kernel's table, so that those of nodes that are gone can be told from other people's. */
export const routeProtocol = 119;

/** The unit that makes the routes at boot, and puts them back whenever they are gone. */
export const podNetworkUnit = 'ipvs-bootstrap-pod-routes.service';

export const podNetworkPaths = {
  cniDirectory: '/etc/cni/net.d',
  cni: '/etc/cni/net.d/10-ipvs-bootstrap.conflist',
  script: `${managedDirectories.config}/pod-routes.sh`,
  watch: `${managedDirectories.config}/watch-pod-routes.sh`,
  unit: `/etc/systemd/system/${podNetworkUnit}`,
} as const;

/** Where distributions keep CNI's plugins: Debian and SUSE, Red Hat. */
export const pluginDirectories = ['/usr/lib/cni', '/usr/libexec/cni'] as const;

/** Where Kubernetes' own packages have them, and where other pod networks put theirs. */
export const commonPluginDirectory = '/opt/cni/bin';

/** A route to the pods of one node. */
export interface PodRoute {
  /** CIDR of the pods. */
  readonly network: string;
  /** Address of their node. */
  readonly gateway: string;
}

/** The routes that `self` needs. Nodes that have no pod network yet get theirs when they have one. */
export function podRoutes(nodes: readonly NodeView[], self: string): readonly PodRoute[] {
  return nodes
    .filter(({ name }) => name !== self)
    .flatMap(({ podCIDRs, addresses }) =>
      podCIDRs.flatMap((network) => {
        const gateway = addresses.find((address) => isIpv6(address) === isIpv6(network));
        return gateway === undefined ? [] : [{ network, gateway }];
      }),
    )
    .toSorted((left, right) => left.network.localeCompare(right.network));
}

/** The CNI configuration list of a node, as JSON. Version 0.3.1 is understood by every runtime and plugin. */
export function cniConfiguration(podCIDRs: readonly string[]): string {
  const bridge = {
    type: 'bridge',
    bridge: podBridge,
    isGateway: true,
    hairpinMode: true,
    ipam: {
      type: 'host-local',
      ranges: podCIDRs.map((subnet) => [{ subnet }]),
      routes: podCIDRs.map((cidr) => ({ dst: isIpv6(cidr) ? '::/0' : '0.0.0.0/0' })),
    },
  };
  const portmap = { type: 'portmap', capabilities: { portMappings: true } };
  const list = { cniVersion: '0.3.1', name: podNetworkName, plugins: [bridge, portmap] };
  return `${JSON.stringify(list, undefined, 2)}\n`;
}

/** A rule of the table nat, for `iptables -C` and `-A`. */
export interface MasqueradeRule {
  readonly command: 'iptables' | 'ip6tables';
  /** Chain and match, words separated by blanks. */
  readonly rule: string;
}

/** Lets pods reach the world outside with their node's address; among each other they keep their own. */
export function masqueradeRules(podCIDRs: readonly string[]): readonly MasqueradeRule[] {
  return podCIDRs.map((pods) => ({
    command: isIpv6(pods) ? 'ip6tables' : 'iptables',
    rule: `POSTROUTING -s ${pods} ! -d ${pods} -m comment --comment ${podNetworkName}-pods -j MASQUERADE`,
  }));
}
