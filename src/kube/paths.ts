// Where kubeadm and this program keep a node's files.
import { managedDirectories } from '../core/managed.ts';

export const kubernetesPaths = {
  adminKubeconfig: '/etc/kubernetes/admin.conf',
  /** Written when the kubelet has its own certificate. */
  kubeletKubeconfig: '/etc/kubernetes/kubelet.conf',
  /** Written when a node begins to join. */
  bootstrapKubeconfig: '/etc/kubernetes/bootstrap-kubelet.conf',
  apiServerManifest: '/etc/kubernetes/manifests/kube-apiserver.yaml',
  etcdManifest: '/etc/kubernetes/manifests/etcd.yaml',
  kubeletData: '/var/lib/kubelet',
  /** The part of the kubelet's unit that says how kubeadm wants it. */
  kubeletDropIn: '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf',
  /** Where kubeadm's etcd keeps its data; so may an etcd that is somebody else's. */
  etcdData: '/var/lib/etcd',
  caCertificate: '/etc/kubernetes/pki/ca.crt',
} as const;

export const ownPaths = {
  /** What `kubeadm init` was told, without secrets. There from the moment it was begun. */
  kubeadmConfiguration: `${managedDirectories.config}/kubeadm.yaml`,
  /** There when `kubeadm init` came to its end. */
  initialised: `${managedDirectories.state}/control-plane-initialised`,
  /** There from the beginning of a reset until its end where etcd's data is kubeadm's. */
  etcdToClear: `${managedDirectories.state}/etcd-data-to-clear`,
  /** What was there before a pod network that is not ours. */
  podNetworkBefore: `${managedDirectories.state}/before-pod-network`,
  /** Others' networks and the cluster's, as long as kubeadm empties their directory. */
  cniConfigurations: `${managedDirectories.state}/cni-configurations`,
  /** Names of the pods' network namespaces that a reset has to delete. A reboot takes them all. */
  podNamespaces: `${managedDirectories.run}/pod-namespaces`,
  /** Images of workloads that did not come, and why. */
  failedPulls: `${managedDirectories.run}/failed-pulls`,
  /** What kubeadm reads: with secrets, and gone when it has ended. */
  kubeadmRun: `${managedDirectories.run}/kubeadm-run.yaml`,
} as const;
