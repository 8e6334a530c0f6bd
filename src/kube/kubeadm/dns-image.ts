// Where the public registry has the image of the cluster DNS, which not every kubeadm knows.
import { publicRepository } from '../release.ts';
import { has } from '../version-facts.ts';
import type { KubernetesVersion } from '../version.ts';

interface Release {
  readonly version: KubernetesVersion;
  readonly imageRepository: string;
}

/** The repository that kubeadm's configuration must name for it; undefined where kubeadm finds it by itself. */
export function dnsRepository({ version, imageRepository }: Release): string | undefined {
  const isElsewhere = imageRepository === publicRepository && has(version, 'dnsImageInRepository');
  return isElsewhere ? `${publicRepository}/coredns` : undefined;
}

/** An image that `kubeadm config images list` names, as the cluster will use it by our configuration of kubeadm. */
export function usedImage(listed: string, release: Release): string {
  const repository = dnsRepository(release);
  const plain = `${publicRepository}/coredns:`;
  if (repository === undefined || !listed.startsWith(plain)) return listed;
  return `${repository}/coredns:${listed.slice(plain.length)}`;
}
