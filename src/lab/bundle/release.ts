// A release of Kubernetes as the lab makes its bundle from: compiled from Debian's source, or from Go modules.
import type { CacheEntry } from '../cache.ts';
import type { BuildContext } from '../debian/cached-build.ts';
import { debianKubernetes } from './kubernetes-build.ts';
import { moduleImageTags, moduleKubernetes } from './module-kubernetes.ts';
import { debianVersion, type ImageTags } from './versions.ts';

export interface KubernetesRelease {
  /** Such as v1.37.2. */
  readonly version: string;
  /** Directory with the compiled programs. */
  readonly programs: string;
  readonly tags: ImageTags;
  /** Whether etcd is among the programs; else it comes as a package. */
  readonly hasOwnEtcd: boolean;
}

/** Debian has no CoreDNS. The tags are those that `kubeadm config images list` of 1.20.2 prints. */
const debianTags: ImageTags = { etcd: '3.4.13-0', pause: '3.2' };

/** A release from the cache, where it is built if it is not there. */
export async function kubernetesRelease(
  context: BuildContext,
  version: string,
): Promise<KubernetesRelease & Pick<CacheEntry, 'outcome'>> {
  const isDebians = version === debianVersion;
  const { directory: programs, outcome } = isDebians
    ? await debianKubernetes(context)
    : await moduleKubernetes(context, version);
  const tags = isDebians ? debianTags : await moduleImageTags(programs);
  return { version, programs, tags, hasOwnEtcd: !isDebians, outcome };
}
