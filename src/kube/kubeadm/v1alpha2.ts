// kubeadm's configuration of 1.11: MasterConfiguration with kube-proxy's and the kubelet's configuration inside.
import { formatVersion } from '../version.ts';
import {
  apiPort,
  certSANs,
  etcdArgs,
  leaderElectionArgs,
  networking,
  unlessEmpty,
  type InitInput,
  type JoinInput,
  type KubeadmDocument,
} from './input.ts';
import { kubeProxyFields } from './kube-proxy-configuration.ts';
import { kubeletFields } from './kubelet-configuration.ts';
import { bootstrapTokens, nodeRegistration } from './node.ts';

const apiVersion = 'kubeadm.k8s.io/v1alpha2';

export function initDocument({ cluster, node, token }: InitInput): KubeadmDocument {
  return {
    apiVersion,
    kind: 'MasterConfiguration',
    ...bootstrapTokens(token),
    nodeRegistration: nodeRegistration(cluster, node, { isControlPlane: true }),
    api: {
      advertiseAddress: node.address,
      bindPort: apiPort,
      controlPlaneEndpoint: cluster.endpoint,
    },
    clusterName: cluster.name,
    kubernetesVersion: formatVersion(cluster.version),
    imageRepository: cluster.imageRepository,
    networking: networking(cluster),
    apiServerCertSANs: certSANs(cluster),
    ...unlessEmpty('controllerManagerExtraArgs', leaderElectionArgs(cluster)),
    ...unlessEmpty('schedulerExtraArgs', leaderElectionArgs(cluster)),
    ...unlessEmpty('etcd', unlessEmpty('local', unlessEmpty('extraArgs', etcdArgs(cluster)))),
    kubeProxy: { config: kubeProxyFields(cluster.kubeProxy) },
    kubeletConfiguration: { baseConfig: kubeletFields },
  };
}

export function joinDocument({ cluster, node, token, caCertHash }: JoinInput): KubeadmDocument {
  return {
    apiVersion,
    kind: 'NodeConfiguration',
    nodeRegistration: nodeRegistration(cluster, node, { isControlPlane: false }),
    clusterName: cluster.name,
    token,
    discoveryTokenAPIServers: [cluster.endpoint],
    discoveryTokenCACertHashes: [caCertHash],
  };
}
