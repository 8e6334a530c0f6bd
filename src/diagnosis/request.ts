// What an operation wants to have looked at when it fails or takes longer than usual.
import type { PodSelection } from '../facts/diagnosis/cluster-look.ts';
import type { Source } from '../facts/diagnosis/sighting.ts';

export interface DiagnosisRequest {
  /** The cluster's version of Kubernetes, which decides what may be meant. */
  readonly version: string;
  /** The control plane whose API is asked; its host is looked at when the API does not answer. */
  readonly api: string;
  readonly pods: readonly PodSelection[];
  /** Hosts that are looked at in any case. */
  readonly hosts: readonly string[];
  /** Hosts that are looked at when their node is not ready, or a pod there does not run; `all` as the API names them. */
  readonly suspects: readonly string[] | 'all';
  /** The socket of the container runtime that a host is about to get; hosts that have one know it themselves. */
  readonly criSocket?: string;
  /** Longer than this it hardly ever takes, where all is well. */
  readonly usualMs: number;
  /** A fatal cause that these say is in the way of what is waited for: it ends early. */
  readonly decisive: readonly Source[];
  /** Ids of causes that are no trouble yet, such as a pod network that a later phase brings. */
  readonly ignored?: readonly string[];
}

/** The pods of the cluster itself. */
export const systemPods: PodSelection = { namespace: 'kube-system' };
