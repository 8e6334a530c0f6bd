// kubeadm's configuration of 1.12: InitConfiguration and ClusterConfiguration part, JoinConfiguration is new.
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
import { bootstrapTokens, nodeRegistration } from './node.ts';

const apiVersion = 'kubeadm.k8s.io/v1alpha3';

export function initDocuments({ cluster, node, token }: InitInput): readonly KubeadmDocument[] {
  return [
    {
      apiVersion,
      kind: 'InitConfiguration',
      ...bootstrapTokens(token),
      nodeRegistration: nodeRegistration(cluster, node, { isControlPlane: true }),
      apiEndpoint: { advertiseAddress: node.address, bindPort: apiPort },
    },
    {
      apiVersion,
      kind: 'ClusterConfiguration',
      clusterName: cluster.name,
      kubernetesVersion: formatVersion(cluster.version),
      controlPlaneEndpoint: cluster.endpoint,
      imageRepository: cluster.imageRepository,
      networking: networking(cluster),
      apiServerCertSANs: certSANs(cluster),
      ...unlessEmpty('controllerManagerExtraArgs', leaderElectionArgs(cluster)),
      ...unlessEmpty('schedulerExtraArgs', leaderElectionArgs(cluster)),
      ...unlessEmpty('etcd', unlessEmpty('local', unlessEmpty('extraArgs', etcdArgs(cluster)))),
    },
  ];
}

export function joinDocument({ cluster, node, token, caCertHash }: JoinInput): KubeadmDocument {
  return {
    apiVersion,
    kind: 'JoinConfiguration',
    nodeRegistration: nodeRegistration(cluster, node, { isControlPlane: false }),
    clusterName: cluster.name,
    token,
    discoveryTokenAPIServers: [cluster.endpoint],
    discoveryTokenCACertHashes: [caCertHash],
  };
}
