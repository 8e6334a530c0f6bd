// What bundles are made of: releases of Kubernetes, and the names under which they ask for their images.

/** The only release whose complete source is a Debian package. */
export const debianVersion = 'v1.20.2';

/** The newest release on which the end-to-end tests of this program pass. */
export const newestVersion = 'v1.37.2';

/** The oldest minor of 1 whose module has all of its source. */
export const oldestMinor = 24;

/** No registry answers under this name: the images come from the bundle or not at all. */
export const imageRepository = 'ipvs-bootstrap.local/kubernetes';

/** The tags of the images that are not Kubernetes' own, as a release of kubeadm asks for them. */
export interface ImageTags {
  readonly etcd: string;
  readonly pause: string;
  /** None where there is no CoreDNS to be had. */
  readonly coredns?: string;
}

export const workloadImage = 'docker.io/library/nginx:latest';

/** Programs that nodes run outside of containers. */
export const nodePrograms = ['kubeadm', 'kubectl', 'kubelet'] as const;

/** Programs that kubeadm runs as containers, each in an image of its own name. */
export const containerPrograms = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
] as const;

/**
 * Packages that Kubernetes or an IPVS load balancer needs on a node: for the kubelet (conntrack, ebtables, ethtool,
 * socat), to look at and to mend what kube-proxy does (ipset, ipvsadm), for a virtual IP of the control plane
 * (keepalived), and to see who answers for an address (iputils-arping).
 */
export const nodePackages = [
  'conntrack',
  'ebtables',
  'ethtool',
  'ipset',
  'iputils-arping',
  'ipvsadm',
  'keepalived',
  'socat',
] as const;
