// What the bundle is made of: one Kubernetes release, and the names under which it asks for its images.

/** The only release whose complete source is a Debian package. */
export const kubernetesVersion = 'v1.20.2';

/** No registry answers under this name: the images come from the bundle or not at all. */
export const imageRepository = 'ipvs-bootstrap.local/kubernetes';

/** The tags that `kubeadm config images list` of this release prints for images that are not Kubernetes' own. */
export const imageTags = { etcd: '3.4.13-0', pause: '3.2' } as const;

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
