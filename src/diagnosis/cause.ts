// A known cause: the sentence by which it is recognised, what it means, and what to do about it.
import type { Source } from '../facts/diagnosis/sighting.ts';

/**
 * `sure`: whoever says this has no other trouble. `likely`: this is hardly ever said of a cluster that comes up.
 * `symptom`: it follows from something else, or is said for a while of clusters that come up; named when nothing else is found.
 */
export type Certainty = 'sure' | 'likely' | 'symptom';

export interface Cause {
  /** For programs and for the anchor in the docs: `kubelet.swap`. */
  readonly id: string;
  readonly certainty: Certainty;
  readonly sources: readonly Source[];
  /** A part of what `Sighting.of` must say, such as a pod's name. */
  readonly of?: RegExp;
  /** Of one line. */
  readonly pattern: RegExp;
  /** With `{host}`, `{of}`, and `$1` for the pattern's groups. */
  readonly says: string;
  /** What to do, with the same. */
  readonly hint: string;
  /** The first minor version of Kubernetes that says so. */
  readonly since?: string;
  /** The first that does not any more. */
  readonly until?: string;
  /** It does not go away by itself: what waits for it ends early. */
  readonly isFatal?: true;
  /** Where the sentence was read. */
  readonly origin: string;
}

/** What every list of this program's messages says of files that a host's release has in two places. */
export const extraArgsFile = '/etc/default/kubelet (with rpm: /etc/sysconfig/kubelet)';

/** All texts in which a program's own words show. */
export const anyText: readonly Source[] = ['output', 'kubelet', 'container', 'pod', 'pod-log', 'event'];

/** What is said about a pod and its containers. */
export const podText: readonly Source[] = ['pod', 'event', 'kubelet'];

/** What a container's program itself says. */
export const logText: readonly Source[] = ['pod-log', 'container'];

/** Who talks within the cluster: kubeadm, kubelets, and the cluster's own programs. */
export const clusterText: readonly Source[] = ['output', 'kubelet', 'container', 'pod-log'];

/** In a log's place: the kubelet, and the programs of a cluster that talk with its API and etcd. */
export const clusterPrograms =
  /^(?:kubelet|the command)$|^(?:kube-apiserver|kube-controller-manager|kube-scheduler|kube-proxy|etcd) of pod kube-system\//;
