// The parts about one node that kubeadm's APIs share from v1alpha2 on.
import { defined } from '../../core/defined.ts';
import { criSocket, kubeadmApi } from '../version-facts.ts';
import { tokenTtl } from './input.ts';
import { kubeletExtraArgs } from './kubelet-configuration.ts';
import type { ClusterSettings, NodeSettings } from './settings.ts';

export type ExtraArgs =
  Readonly<Record<string, string>> | readonly { readonly name: string; readonly value: string }[];

/** Flags for a component: a map, and from v1beta4 a list. */
export function extraArgs(
  { version }: Pick<ClusterSettings, 'version'>,
  args: Readonly<Record<string, string>>,
): ExtraArgs {
  if (kubeadmApi(version) !== 'v1beta4') return args;
  return Object.entries(args).map(([name, value]) => ({ name, value }));
}

/** `nodeRegistration`. A control plane that runs workloads gets no taint; else kubeadm's own taints stay. */
export function nodeRegistration(
  cluster: ClusterSettings,
  node: NodeSettings,
  { isControlPlane }: { readonly isControlPlane: boolean },
) {
  return {
    name: node.name,
    criSocket: criSocket(cluster.version, cluster.criSocketPath),
    ...(isControlPlane && node.isWorker ? { taints: [] } : {}),
    kubeletExtraArgs: extraArgs(cluster, kubeletExtraArgs(cluster, node)),
  };
}

/** `bootstrapTokens`, when the caller brings a token. */
export function bootstrapTokens(token: string | undefined) {
  return defined({ bootstrapTokens: token === undefined ? undefined : [{ token, ttl: tokenTtl }] });
}
