// What a version asks of the machines that it runs on: their kernel and control groups. Read in
// kubeadm's system-validators (SV) of each minor and in the sources of kubelet and kube-proxy.
import { newestOf } from './version-facts.ts';
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

/** The version from which kubelets want `RuntimeConfig` of the container runtime. Planned. – S1.37 */
export const runtimeConfigNeeded = '1.38';
