// Which fields of a running kube-proxy's configuration are this program's to decide, and what they must be.
import { singleAddressCIDR } from '../../core/ip.ts';
import { kubeProxyFields } from '../../kube/kubeadm/kube-proxy-configuration.ts';
import type { KubeProxyView } from '../../kube/objects/kube-proxy-view.ts';
import { textsAt, type JsonObject } from '../../kube/objects/object.ts';
import { kubeProxySettings, type ClusterArg } from '../args/cluster.ts';

/**
 * Those that the inventory names, and those that it named the last time: they go back to their defaults. What people
 * have set themselves stays.
 */
export function wantedConfiguration(
  cluster: ClusterArg,
  { config, named }: Pick<KubeProxyView, 'config' | 'named'>,
): JsonObject {
  const { ipvs, ...fields } = kubeProxyFields(kubeProxySettings(cluster));
  const ours = new Set([...cluster.kubeProxy.named, ...(named ?? [])]);
  const decided = Object.entries(ipvs).filter(([field]) => ours.has(keyOf(field)));
  return { ...fields, ipvs: { ...withoutVirtualIP(cluster, config), ...Object.fromEntries(decided) } };
}

/** The inventory's key for a field. */
function keyOf(field: string): string {
  return field.endsWith('Timeout') ? 'timeouts' : field;
}

/** Versions of this program before 2026-12 put it there: it kept node ports of Services that were gone. */
function withoutVirtualIP({ controlPlane: { vip } }: ClusterArg, config: JsonObject): JsonObject {
  const live = textsAt(config, 'ipvs', 'excludeCIDRs');
  const own = vip === null ? undefined : singleAddressCIDR(vip.address);
  if (own === undefined || !live.includes(own)) return {};
  return { excludeCIDRs: live.filter((cidr) => cidr !== own) };
}
