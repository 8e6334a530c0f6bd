// What kube-proxy is told in the cluster: verify goes by that, whoever has set it.
import { ask } from '../../facts/fact.ts';
import { clusterConfiguration } from '../../facts/kubernetes/cluster-configuration.ts';
import { liveProxy, type LiveProxy } from '../../kube/objects/live-proxy.ts';
import type { FactReader } from '../operation.ts';

/** Undefined where the API does not answer, or knows of no kube-proxy. */
export function liveProxyOf(
  { firstControlPlane }: { readonly firstControlPlane: string },
  facts: FactReader,
): LiveProxy | undefined {
  const live = facts.get(ask(clusterConfiguration), firstControlPlane);
  return live.reachable ? liveProxy(live.items) : undefined;
}
