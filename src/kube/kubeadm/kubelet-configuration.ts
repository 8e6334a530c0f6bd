// What the kubelet is told: by kubeadm where it can, else by flags that the host's unit must bring.
import { BootstrapError } from '../../core/errors.ts';
import { formatIp, parseCidr } from '../../core/ip.ts';
import { kubernetesPaths } from '../paths.ts';
import { has } from '../version-facts.ts';
import type { KubernetesVersion } from '../version.ts';
import type { ClusterSettings, NodeSettings } from './settings.ts';

/** The fields that this program decides. Containerd's template sets the same driver. */
export const kubeletFields = { cgroupDriver: 'systemd' } as const;

/** The separate document of kubeadm 1.12 and later. */
export function kubeletDocument({ keptSwap }: Pick<ClusterSettings, 'keptSwap'>) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    ...kubeletFields,
    ...(keptSwap === undefined ? {} : { failSwapOn: false, memorySwap: { swapBehavior: keptSwap } }),
  };
}

/** Flags of one node, for `kubeletExtraArgs`. */
export function kubeletExtraArgs(
  { version }: Pick<ClusterSettings, 'version'>,
  node: NodeSettings,
): Readonly<Record<string, string>> {
  return { 'node-ip': nodeIP(version, node), ...resolverFlag(node) };
}

/** kubeadm writes the first machine's file into the configuration of all kubelets; a flag counts before that. */
function resolverFlag({ resolvConf }: NodeSettings): Readonly<Record<string, string>> {
  return resolvConf === undefined ? {} : { 'resolv-conf': resolvConf };
}

/** What `--node-ip` takes: the addresses of both families, or of the first alone where the kubelet cannot have two. */
function nodeIP(version: KubernetesVersion, { address, addresses }: NodeSettings): string {
  return has(version, 'dualStackNodeIP') ? addresses.join(',') : address;
}

/** What the flags of a unit hang on. */
type UnitSettings = Pick<ClusterSettings, 'version' | 'serviceCIDRs' | 'criSocketPath'>;

/**
 * Flags that the kubelet's unit must bring because kubeadm cannot: those of 1.8 to 1.10, as the unit of their packages
 * had them, and what is this cluster's own; none later.
 */
export function kubeletUnitFlags(cluster: UnitSettings, node: NodeSettings): readonly string[] {
  if (has(cluster.version, 'kubeletConfiguration')) return [];
  return [
    '--pod-manifest-path=/etc/kubernetes/manifests',
    '--allow-privileged=true',
    `--cluster-dns=${clusterDnsAddress(cluster)}`,
    '--cluster-domain=cluster.local',
    '--authorization-mode=Webhook',
    `--client-ca-file=${kubernetesPaths.caCertificate}`,
    '--cadvisor-port=0',
    '--rotate-certificates=true',
    `--cgroup-driver=${kubeletFields.cgroupDriver}`,
    `--hostname-override=${node.name}`,
    `--node-ip=${node.address}`,
    ...Object.entries(resolverFlag(node)).map(([name, value]) => `--${name}=${value}`),
    '--container-runtime=remote',
    `--container-runtime-endpoint=unix://${cluster.criSocketPath}`,
    // Pulling an image is one request, and the kubelet's own limit is two minutes.
    '--runtime-request-timeout=15m',
  ];
}

/** kubeadm gives the cluster DNS the tenth address of the first service network. */
function clusterDnsAddress({ serviceCIDRs }: UnitSettings): string {
  const network = parseCidr(serviceCIDRs[0] ?? '');
  if (network === undefined) throw new BootstrapError('internal', 'a cluster without a service network');
  return formatIp({ family: network.family, value: network.first + 10n });
}
