// What a version asks of the machines that it runs on: their kernel, control groups and container runtime. Read in
// kubeadm's system-validators (SV) of each minor and in the sources of kubelet and kube-proxy.
import { isSince, type KubernetesVersion } from './version.ts';

export interface KernelNeed {
  /** kubeadm's preflight refuses older ones; where `isAdvice`, it warns of what it does not list. */
  readonly oldest: string;
  readonly isAdvice: boolean;
  /** The first kernel that kubeadm does not know any more. */
  readonly below?: string;
  /** Of the major release of `oldest`, only these; later ones all. */
  readonly only?: readonly string[];
}

const kernelNeeds: readonly (readonly [from: string, need: KernelNeed])[] = [
  ['1.34', { oldest: '5.4', isAdvice: true, only: ['5.4', '5.10', '5.15'] }], // – SV 1.10.1, 1.12.1
  ['1.32', { oldest: '4.19', isAdvice: false }], // – SV 1.9.1
  ['1.14', { oldest: '3.10', isAdvice: false }], // – S1.14, SV 1.0.4 to 1.8.0
  ['1.8', { oldest: '3.10', isAdvice: false, below: '5.0' }], // – S1.9, S1.13
];

/** The kernels that a version's kubeadm knows. */
export function kernelNeed(version: KubernetesVersion): KernelNeed {
  return newestOf(kernelNeeds, version) ?? { oldest: '3.10', isAdvice: false };
}

/**
 * The first kernel on which kube-proxy misses nf_conntrack_ipv4, which is a part of nf_conntrack since, and falls back to
 * iptables; undefined where it looks for the right one. – S1.8 to S1.12.6, S1.11.9, S1.12.7, S1.13
 */
export function firstKernelWithoutIpvs(version: KubernetesVersion): string | undefined {
  const isMended = isSince(version, '1.12') ? isSince(version, '1.12.7') : isSince(version, '1.11.9');
  return isMended ? undefined : '4.19';
}

export type Verdict = 'refused' | 'deprecated' | 'fine';

/** How a version's kubelet takes control groups of a kind. – S1.18, S1.19; S1.31; CL1.35 #134298 */
export function cgroupVerdict(version: KubernetesVersion, cgroupVersion: 1 | 2): Verdict {
  if (cgroupVersion === 2) return isSince(version, '1.19') ? 'fine' : 'refused';
  if (isSince(version, '1.35')) return 'refused';
  return isSince(version, '1.31') ? 'deprecated' : 'fine';
}

export interface ContainerdNeed {
  /** The oldest with which the kubelet can talk: from 1.26 it wants CRI v1. – CL1.26 */
  readonly oldest?: string;
  /**
   * The first that the kubelet cannot talk to. containerd 2 has CRI v1 only, which came with 1.23; containerd 1.1, the first
   * with a CRI of its own, has v1alpha2 as the oldest, which came with 1.10. – S1.9, S1.10, S1.22, S1.23
   */
  readonly below?: string;
  /** The Kubernetes from which kubelets can. */
  readonly until?: string;
  /** Older ones do not tell the kubelet how they make control groups, which kubeadm warns of. – CL1.35 #134906 */
  readonly advised?: string;
}

const containerdNeeds: readonly (readonly [from: string, need: ContainerdNeed])[] = [
  ['1.35', { oldest: '1.6', advised: '2.0' }],
  ['1.26', { oldest: '1.6' }],
  ['1.23', {}],
  ['1.10', { below: '2.0', until: '1.23' }],
  ['1.8', { below: '1.1', until: '1.10' }],
];

/** The containerd that a version's kubelet works with. */
export function containerdNeed(version: KubernetesVersion): ContainerdNeed {
  return newestOf(containerdNeeds, version) ?? {};
}

/** The version from which kubelets want `RuntimeConfig` of the container runtime. Planned. – S1.37 */
export const runtimeConfigNeeded = '1.38';

function newestOf<T>(rows: readonly (readonly [string, T])[], version: KubernetesVersion): T | undefined {
  return rows.find(([from]) => isSince(version, from))?.[1];
}
