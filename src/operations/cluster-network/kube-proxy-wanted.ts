// Which fields of a running kube-proxy's configuration are this program's to decide, and what they must be.
import { singleAddressCIDR } from '../../core/ip.ts';
import { virtualServerKey, type IpvsTable, type VirtualServer } from '../../ipvs/table/model.ts';
import { kubeProxyFields } from '../../kube/kubeadm/kube-proxy-configuration.ts';
import type { KubeProxyView } from '../../kube/objects/kube-proxy-view.ts';
import { textsAt, type JsonObject } from '../../kube/objects/object.ts';
import { kubeProxySettings, type ClusterArg } from '../args/cluster.ts';
import { defaultNodePorts } from '../args/networks.ts';

/**
 * Those that the inventory names, and those that it named the last time: they go back to their defaults. What people
 * have set themselves stays.
 * @param tables those of the control planes
 */
export function wantedConfiguration(
  cluster: ClusterArg,
  { config, named }: Pick<KubeProxyView, 'config' | 'named'>,
  tables: readonly IpvsTable[],
): JsonObject {
  const { ipvs, ...fields } = kubeProxyFields(kubeProxySettings(cluster));
  const ours = new Set([...cluster.kubeProxy.named, ...(named ?? [])]);
  const decided = Object.entries(ipvs).filter(([field]) => ours.has(keyOf(field)));
  return {
    ...fields,
    ipvs: { ...withoutVirtualIP(cluster, config, tables), ...Object.fromEntries(decided) },
  };
}

/** The inventory's key for a field. */
function keyOf(field: string): string {
  return field.endsWith('Timeout') ? 'timeouts' : field;
}

/**
 * Versions of this program before 2026-12 put it there: it kept node ports of Services that were gone.
 * @param tables those of the control planes
 */
function withoutVirtualIP(
  { controlPlane: { vip } }: ClusterArg,
  config: JsonObject,
  tables: readonly IpvsTable[],
): JsonObject {
  const live = textsAt(config, 'ipvs', 'excludeCIDRs');
  const own = vip === null ? undefined : singleAddressCIDR(vip.address);
  if (vip === null || own === undefined || !live.includes(own)) return {};
  if (foreignServers(vip.address, tables).length > 0) return {};
  return { excludeCIDRs: live.filter((cidr) => cidr !== own) };
}

/** Of a virtual IP that stays excluded for somebody else's sake. */
export function virtualIPWarnings(
  { controlPlane: { vip } }: ClusterArg,
  { config }: Pick<KubeProxyView, 'config'>,
  tables: readonly IpvsTable[],
): readonly string[] {
  const own = vip === null ? undefined : singleAddressCIDR(vip.address);
  if (vip === null || own === undefined || !textsAt(config, 'ipvs', 'excludeCIDRs').includes(own)) return [];
  const [foreign] = foreignServers(vip.address, tables);
  if (foreign === undefined) return [];
  return [
    `${own} stays in kube-proxy's excludeCIDRs, as somebody balances ${virtualServerKey(foreign)} there; name it in cluster.kubeProxy.excludeCIDRs, or take that away`,
  ];
}

/** Virtual servers on the virtual IP that are no node ports: somebody balances there, such as the API. */
function foreignServers(address: string, tables: readonly IpvsTable[]): readonly VirtualServer[] {
  const [first, last] = defaultNodePorts;
  return tables
    .flatMap(({ virtualServers }) => virtualServers)
    .filter((server) => server.address === address && (server.port < first || server.port > last));
}
