// What a release of Kubernetes consists of, and where it lies on the site of its makers and on mirrors of it.
import { formatVersion, isSince, type KubernetesVersion } from './version.ts';

/** The registry that has the images of every release; older ones name another, which points there. */
export const publicRepository = 'registry.k8s.io';

/** Programs that every node runs outside of containers. */
export const nodePrograms = ['kubeadm', 'kubelet', 'kubectl'] as const;

export type NodeProgram = (typeof nodePrograms)[number];

/** The URL of a program. Beside it, with `.sha256` behind, lies its SHA-256. */
export function programUrl(
  site: string,
  version: KubernetesVersion,
  architecture: string,
  name: NodeProgram,
): string {
  return `${site}/release/${formatVersion(version)}/bin/linux/${architecture}/${name}`;
}

/** Tags of the pause image, newest first. – cmd/kubeadm/app/constants and app/images of each minor */
const pauseTags: readonly (readonly [from: string, tag: string])[] = [
  ['1.36', '3.10.2'],
  ['1.34', '3.10.1'],
  ['1.31', '3.10'],
  ['1.26', '3.9'],
  ['1.25', '3.8'],
  ['1.24', '3.7'],
  ['1.23', '3.6'],
  ['1.22', '3.5'],
  ['1.21', '3.4.1'],
  ['1.18', '3.2'],
];

/** The tag of the image that keeps a pod's network; of the oldest releases the one that all of them take. */
export function pauseTag(version: KubernetesVersion): string {
  return pauseTags.find(([from]) => isSince(version, from))?.[1] ?? '3.1';
}
