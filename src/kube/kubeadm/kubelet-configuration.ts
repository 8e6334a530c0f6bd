// What the kubelet is told: by kubeadm where it can, else by flags that the host's unit must bring.
import { has } from '../version-facts.ts';
import type { KubernetesVersion } from '../version.ts';
import type { ClusterSettings, NodeSettings } from './settings.ts';

/** The fields that this program decides. Containerd's template sets the same driver. */
export const kubeletFields = { cgroupDriver: 'systemd' } as const;

/** The separate document of kubeadm 1.12 and later. */
export const kubeletDocument = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  ...kubeletFields,
} as const;

/** Flags of one node, for `kubeletExtraArgs`. */
export function kubeletExtraArgs(
  { version }: Pick<ClusterSettings, 'version'>,
  node: NodeSettings,
): Readonly<Record<string, string>> {
  return { 'node-ip': nodeIP(version, node) };
}

/** What `--node-ip` takes: the addresses of both families, or of the first alone where the kubelet cannot have two. */
function nodeIP(version: KubernetesVersion, { address, addresses }: NodeSettings): string {
  return has(version, 'dualStackNodeIP') ? addresses.join(',') : address;
}

/** Flags that the kubelet's unit must bring because that kubeadm cannot: those of 1.8 to 1.10; none later. */
export function kubeletUnitFlags(cluster: ClusterSettings, node: NodeSettings): readonly string[] {
  if (has(cluster.version, 'kubeletConfiguration')) return [];
  return [
    `--cgroup-driver=${kubeletFields.cgroupDriver}`,
    `--node-ip=${node.address}`,
    '--container-runtime=remote',
    `--container-runtime-endpoint=unix://${cluster.criSocketPath}`,
  ];
}
