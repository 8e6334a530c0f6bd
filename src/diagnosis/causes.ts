// All known causes. Among equally certain ones, what stands first is what the others follow from.
import type { Cause } from './cause.ts';
import { certificateCauses } from './causes/certificates.ts';
import { etcdCauses } from './causes/etcd.ts';
import { imageCauses } from './causes/images.ts';
import { addonCauses } from './causes/addons.ts';
import { kubeadmCauses } from './causes/kubeadm.ts';
import { kubeletCauses } from './causes/kubelet.ts';
import { nodeCauses } from './causes/nodes.ts';
import { podCauses } from './causes/pods.ts';
import { runtimeCauses } from './causes/runtime.ts';

/** Groups with the words of their heading in the reference. */
export const causeGroups: readonly (readonly [heading: string, causes: readonly Cause[]])[] = [
  ['kubeadm', kubeadmCauses],
  ['Container runtime', runtimeCauses],
  ['Kubelet', kubeletCauses],
  ['etcd', etcdCauses],
  ['Certificates', certificateCauses],
  ['Images', imageCauses],
  ['kube-proxy and DNS', addonCauses],
  ['Pods', podCauses],
  ['Nodes', nodeCauses],
];

export const causes: readonly Cause[] = causeGroups.flatMap(([, group]) => group);
