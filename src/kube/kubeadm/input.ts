// What one kubeadm run is told beyond cluster and node, and what all its configuration APIs share.
import { has } from '../version-facts.ts';
import type { ClusterSettings, NodeSettings } from './settings.ts';

export interface InitInput {
  readonly cluster: ClusterSettings;
  readonly node: NodeSettings;
  /** Secret. Without one kubeadm makes one up and prints it. */
  readonly token?: string;
  /** Secret: encrypts the certificates that other control planes fetch. */
  readonly certificateKey?: string | undefined;
}

export interface JoinInput {
  readonly cluster: ClusterSettings;
  readonly node: NodeSettings;
  /** Secret. */
  readonly token: string;
  /** `sha256:…` of the cluster CA's public key. */
  readonly caCertHash: string;
  /** Present when the node becomes a control plane; the key is secret. */
  readonly controlPlane?: { readonly certificateKey: string } | undefined;
}

/** A document as kubeadm reads it. */
export interface KubeadmDocument {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** How long a token of ours lives. */
export const tokenTtl = '1h0m0s';

/** How long kubeadm waits for the API server. Its own 4 minutes are short for slow disks and loaded machines. */
export const controlPlaneTimeout = '10m0s';

/** How long kubeadm repeats a call to the API server that fails. Its own minute is short where etcd has just begun. */
export const apiCallTimeout = '3m0s';

/**
 * Flags for controller-manager and scheduler. A single control plane has nobody to elect a leader against, and on a busy
 * machine a lost lease restarts both.
 */
export function leaderElectionArgs(cluster: ClusterSettings): Readonly<Record<string, string>> {
  if (!cluster.hasSeveralControlPlanes) return { 'leader-elect': 'false' };
  const { leaderElection: times } = cluster;
  if (times === undefined) return {};
  return {
    'leader-elect-lease-duration': `${times.leaseDuration}s`,
    'leader-elect-renew-deadline': `${times.renewDeadline}s`,
    'leader-elect-retry-period': `${times.retryPeriod}s`,
  };
}

/** Flags for etcd. */
export function etcdArgs({ etcd }: ClusterSettings): Readonly<Record<string, string>> {
  if (etcd === undefined) return {};
  return {
    'heartbeat-interval': String(etcd.heartbeatInterval),
    'election-timeout': String(etcd.electionTimeout),
  };
}

/** The networks of pods and Services; those of both families are a pair with a comma. */
export function networking({ podCIDRs, serviceCIDRs }: ClusterSettings) {
  return { podSubnet: podCIDRs.join(','), serviceSubnet: serviceCIDRs.join(',') };
}

/** Gates of both kubeadm and kube-proxy: kubeadm hands its own on to the other components. */
export function featureGates({
  version,
  podCIDRs,
}: Pick<ClusterSettings, 'version' | 'podCIDRs'>): Readonly<Record<string, boolean>> {
  return podCIDRs.length > 1 && has(version, 'dualStackGate') ? { IPv6DualStack: true } : {};
}

/** `{ [key]: value }`, or nothing when the value is empty: kubeadm's own form leaves such keys out. */
export function unlessEmpty<Key extends string, Value extends object>(
  key: Key,
  value: Value,
): Partial<Record<Key, Value>> {
  return Object.keys(value).length === 0 ? {} : ({ [key]: value } as Record<Key, Value>);
}

/** The host part of an endpoint: `10.77.0.11:6443` → `10.77.0.11`, `[fd00::1]:6443` → `fd00::1`. */
export function endpointHost(endpoint: string): string {
  return endpoint.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** All names and addresses that the API server's certificate must carry besides kubeadm's own, each once. */
export function certSANs(cluster: ClusterSettings): readonly string[] {
  return [...new Set([endpointHost(cluster.endpoint), ...cluster.certSANs])];
}

export const apiPort = 6443;
