// kubeadm's configuration of 1.8 to 1.10: one MasterConfiguration, one NodeConfiguration.
import { defined } from '../../core/defined.ts';
import { criSocket, has } from '../version-facts.ts';
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
import type { ClusterSettings } from './settings.ts';

const apiVersion = 'kubeadm.k8s.io/v1alpha1';

/** The token lives for kubeadm's 24 hours: its time to live changed its type between these versions. */
export function initDocument({ cluster, node, token }: InitInput): KubeadmDocument {
  const { version } = cluster;
  return {
    apiVersion,
    kind: 'MasterConfiguration',
    api: {
      advertiseAddress: node.address,
      bindPort: apiPort,
      ...(has(version, 'controlPlaneEndpoint') ? { controlPlaneEndpoint: cluster.endpoint } : {}),
    },
    ...defined({ token }),
    nodeName: node.name,
    ...runtime(cluster),
    kubernetesVersion: formatVersion(version),
    imageRepository: cluster.imageRepository,
    networking: networking(cluster),
    apiServerCertSANs: certSANs(cluster),
    ...unlessEmpty('controllerManagerExtraArgs', leaderElectionArgs(cluster)),
    ...unlessEmpty('schedulerExtraArgs', leaderElectionArgs(cluster)),
    ...unlessEmpty('etcd', unlessEmpty('extraArgs', etcdArgs(cluster))),
    ...(has(version, 'kubeProxyFlagsOnly')
      ? {}
      : { kubeProxy: { config: kubeProxyFields(cluster.kubeProxy) } }),
  };
}

export function joinDocument({ cluster, node, token, caCertHash }: JoinInput): KubeadmDocument {
  return {
    apiVersion,
    kind: 'NodeConfiguration',
    token,
    discoveryTokenAPIServers: [cluster.endpoint],
    discoveryTokenCACertHashes: [caCertHash],
    nodeName: node.name,
    ...runtime(cluster),
  };
}

function runtime({ version, criSocketPath }: ClusterSettings) {
  return has(version, 'criSocketField') ? { criSocket: criSocket(version, criSocketPath) } : {};
}
