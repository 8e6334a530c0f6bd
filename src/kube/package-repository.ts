// Kubernetes' own package repositories: one for each minor, and the packages that a node takes from it.
import { minorOf, type KubernetesVersion } from './version.ts';

export const publicPackages = {
  /** What stands before the minor. – https://kubernetes.io/blog/2023/08/15/pkgs-k8s-io-introduction/ */
  site: 'https://pkgs.k8s.io/core:/stable:',
  /** Of the key that signs them all. Its copies expire, and are renewed with the same fingerprint. */
  fingerprint: 'DE15B14486CD377B9E876E1A234654DA9A296436',
  /** The oldest minor that they serve; the repositories before them were closed in March 2024. */
  first: '1.24',
} as const;

/** Packages of the cluster's version. */
export const versionedPackages = ['kubeadm', 'kubelet', 'kubectl'] as const;

/** What those need from the same repository, in versions of their own. */
export const companionPackages = ['cri-tools', 'kubernetes-cni'] as const;

export const repositoryPackages = [...versionedPackages, ...companionPackages] as const;

/** The repository of a minor, with a slash at its end. */
export function repositoryUrl(site: string, version: KubernetesVersion, format: 'deb' | 'rpm'): string {
  return `${site}/v${minorOf(version)}/${format}/`;
}

/** Its key; that of the rpm repository is the same. */
export function repositoryKeyUrl(site: string, version: KubernetesVersion): string {
  return `${repositoryUrl(site, version, 'deb')}Release.key`;
}

/** Whether a package is of a version; its own version has the packagers' revision behind that. */
export function isOfVersion(packageVersion: string, { major, minor, patch }: KubernetesVersion): boolean {
  return packageVersion.startsWith(`${major}.${minor}.${patch}-`);
}
