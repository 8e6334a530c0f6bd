// kubeadm's configuration from 1.13 on: v1beta1 to v1beta4, which differ in few fields.
import { dnsRepository } from './dns-image.ts';
import { has, kubeadmApi } from '../version-facts.ts';
import { formatVersion } from '../version.ts';
import {
  apiCallTimeout,
  apiPort,
  certSANs,
  controlPlaneTimeout,
  etcdArgs,
  featureGates,
  leaderElectionArgs,
  networking,
  unlessEmpty,
  type InitInput,
  type JoinInput,
  type KubeadmDocument,
} from './input.ts';
import { bootstrapTokens, extraArgs, nodeRegistration } from './node.ts';
import type { ClusterSettings, NodeSettings } from './settings.ts';

export function initDocuments(input: InitInput): readonly KubeadmDocument[] {
  return [initConfiguration(input), clusterConfiguration(input.cluster)];
}

function initConfiguration({ cluster, node, token, certificateKey }: InitInput): KubeadmDocument {
  return {
    apiVersion: apiVersion(cluster),
    kind: 'InitConfiguration',
    ...bootstrapTokens(token),
    ...keyed(cluster, certificateKey),
    nodeRegistration: nodeRegistration(cluster, node, { isControlPlane: true }),
    localAPIEndpoint: localAPIEndpoint(node),
    ...timeouts(cluster),
  };
}

function clusterConfiguration(cluster: ClusterSettings): KubeadmDocument {
  const component = unlessEmpty('extraArgs', extraArgs(cluster, leaderElectionArgs(cluster)));
  const etcd = unlessEmpty('extraArgs', extraArgs(cluster, etcdArgs(cluster)));
  return {
    apiVersion: apiVersion(cluster),
    kind: 'ClusterConfiguration',
    clusterName: cluster.name,
    kubernetesVersion: formatVersion(cluster.version),
    controlPlaneEndpoint: cluster.endpoint,
    imageRepository: cluster.imageRepository,
    ...unlessEmpty('featureGates', featureGates(cluster)),
    networking: networking(cluster),
    apiServer: {
      certSANs: certSANs(cluster),
      ...(isLatest(cluster) ? {} : { timeoutForControlPlane: controlPlaneTimeout }),
    },
    ...unlessEmpty('controllerManager', component),
    ...unlessEmpty('scheduler', component),
    ...unlessEmpty('etcd', unlessEmpty('local', etcd)),
    ...dns(cluster),
  };
}

function dns(cluster: ClusterSettings) {
  if (isLatest(cluster) && !cluster.hasClusterDns) return { dns: { disabled: true } };
  const imageRepository = dnsRepository(cluster);
  return imageRepository === undefined ? {} : { dns: { imageRepository } };
}

export function joinDocument(input: JoinInput): KubeadmDocument {
  const { cluster, node, token, caCertHash, controlPlane } = input;
  return {
    apiVersion: apiVersion(cluster),
    kind: 'JoinConfiguration',
    nodeRegistration: nodeRegistration(cluster, node, { isControlPlane: controlPlane !== undefined }),
    discovery: {
      bootstrapToken: { token, apiServerEndpoint: cluster.endpoint, caCertHashes: [caCertHash] },
    },
    ...(controlPlane === undefined
      ? {}
      : {
          controlPlane: {
            localAPIEndpoint: localAPIEndpoint(node),
            ...keyed(cluster, controlPlane.certificateKey),
          },
        }),
    ...timeouts(cluster),
  };
}

function apiVersion({ version }: ClusterSettings): string {
  return `kubeadm.k8s.io/${kubeadmApi(version)}`;
}

/** v1beta4 has its timeouts in one place, lists for flags, and switches for addons. */
function isLatest({ version }: ClusterSettings): boolean {
  return kubeadmApi(version) === 'v1beta4';
}

function timeouts(cluster: ClusterSettings) {
  if (!isLatest(cluster)) return {};
  return {
    timeouts: {
      controlPlaneComponentHealthCheck: controlPlaneTimeout,
      kubernetesAPICall: apiCallTimeout,
    },
  };
}

function localAPIEndpoint({ address }: NodeSettings) {
  return { advertiseAddress: address, bindPort: apiPort };
}

function keyed({ version }: ClusterSettings, certificateKey: string | undefined) {
  return certificateKey !== undefined && has(version, 'certificateKey') ? { certificateKey } : {};
}
