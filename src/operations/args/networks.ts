// Addresses and networks in arguments, and what tells the cluster's own from other people's.
import { z } from 'zod';
import { parseIp, parseRange, rangeMatcher, splitNetworks } from '../../core/ip.ts';
import type { ClusterNetworks } from '../../ipvs/compare/ownership.ts';
import type { ClusterArg } from './cluster.ts';

/** An IPv4 or IPv6 address. */
export const ipAddress = z.string().refine((text) => parseIp(text) !== undefined, {
  error: 'must be an IPv4 or IPv6 address',
});

/** The pool of external IPs. */
export const poolArg = z
  .object({ pool: z.array(z.string()) })
  .nullable()
  .default(null)
  .meta({ description: "The inventory's pool of external IPs, as `${{ externalIPs }}` gives it." });

/** Tells of an address whether it is one of the pool's. */
export function poolMatcher(externalIPs: z.output<typeof poolArg>): (address: string) => boolean {
  return rangeMatcher((externalIPs?.pool ?? []).flatMap((text) => parseRange(text) ?? []));
}

/** The API server's own range. */
export const defaultNodePorts: readonly [number, number] = [30_000, 32_767];

/** First and last node port. */
export const nodePortRange = z
  .tuple([z.int().min(1).max(65_535), z.int().min(1).max(65_535)])
  .default([...defaultNodePorts])
  .meta({ description: 'First and last node port.' });

/** What is not the cluster's setting comes from elsewhere: the API, or the inventory. */
type NetworksElsewhere = Pick<ClusterNetworks, 'nodePortRange' | 'externalAddresses'> &
  Partial<ClusterNetworks>;

/** A cluster's networks from its settings; the virtual IP is an address that nodes have in turn. */
export function clusterNetworks(
  { network, kubeProxy, controlPlane, nodes }: ClusterArg,
  elsewhere: NetworksElsewhere,
): ClusterNetworks {
  const { vip } = controlPlane;
  return {
    ...elsewhere,
    podCIDRs: [...splitNetworks(network.pods), ...(elsewhere.podCIDRs ?? [])],
    serviceCIDRs: splitNetworks(network.services),
    nodeAddresses: [...nodes.flatMap(({ addresses }) => addresses), ...(elsewhere.nodeAddresses ?? [])],
    excludeCIDRs: [...kubeProxy.excludeCIDRs, ...(elsewhere.excludeCIDRs ?? [])],
    movingAddresses: vip === null ? [] : [vip.address],
  };
}
