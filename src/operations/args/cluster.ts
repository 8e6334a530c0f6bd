// The argument `cluster` that the Kubernetes operations share, and the builders' settings made from it.
import { z } from 'zod';
import { BootstrapError } from '../../core/errors.ts';
import { splitNetworks } from '../../core/ip.ts';
import type { ClusterSettings, KubeProxySettings, NodeSettings } from '../../kube/kubeadm/settings.ts';
import { parseVersion } from '../../kube/version.ts';
import { clusterVersion } from './scalars.ts';

const node = z
  .object({
    name: z.string().min(1),
    address: z.string().min(1),
    addresses: z.array(z.string().min(1)).min(1).optional(),
    roles: z.array(z.string()),
  })
  .transform((one) => ({ ...one, addresses: one.addresses ?? [one.address] }));

const seconds = z.int().positive().optional();

/** The settings of kube-proxy that an inventory may name. */
export const kubeProxyKeys = ['scheduler', 'strictARP', 'excludeCIDRs', 'timeouts'] as const;

/** What becomes of swap, as `${{ cluster.swap }}` gives it. */
export const swapArg = z
  .strictObject({
    policy: z.enum(['refuse', 'off', 'keep']),
    behavior: z.enum(['NoSwap', 'LimitedSwap']).default('NoSwap'),
  })
  .default({ policy: 'refuse', behavior: 'NoSwap' });

export type SwapArg = z.output<typeof swapArg>;

/** What of the playbooks' `cluster` the operations read. */
export const clusterArg = z
  .object({
    name: z.string().min(1),
    kubernetes: z.object({
      version: clusterVersion,
      ignorePreflightErrors: z.array(z.string().min(1)).default([]),
    }),
    swap: swapArg,
    controlPlane: z
      .object({
        vip: z.object({ address: z.string() }).nullable().default(null),
        etcd: z.object({ heartbeatInterval: z.int(), electionTimeout: z.int() }).optional(),
        leaderElection: z
          .object({ leaseDuration: z.int(), renewDeadline: z.int(), retryPeriod: z.int() })
          .optional(),
      })
      .prefault({}),
    network: z.object({ pods: z.string(), services: z.string() }),
    kubeProxy: z.object({
      scheduler: z.string(),
      strictARP: z.boolean().default(false),
      excludeCIDRs: z.array(z.string()).default([]),
      timeouts: z.object({ tcp: seconds, tcpFin: seconds, udp: seconds }).default({}),
      named: z.array(z.string()).default([...kubeProxyKeys]),
    }),
    firstControlPlane: z.string().min(1),
    controlPlanes: z.array(z.string()).min(1),
    endpoint: z.string().min(1),
    nodes: z.array(node).min(1),
  })
  .meta({ description: 'The cluster, as `${{ cluster }}` gives it.' });

export type ClusterArg = z.output<typeof clusterArg>;

/** What a bundle decides about a cluster. */
export const bundleArgs = {
  imageRepository: z
    .string()
    .min(1)
    .meta({ description: "The repository of the control plane's images, as `bundle.manifest` names it." }),
  clusterDns: z.boolean().meta({ description: 'Whether kubeadm installs the cluster DNS.' }),
  criSocket: z
    .string()
    .startsWith('/')
    .default('/run/containerd/containerd.sock')
    .meta({ description: "Path of the container runtime's socket." }),
};

export interface BundleArgs {
  readonly imageRepository: string;
  readonly clusterDns: boolean;
  readonly criSocket: string;
}

export function kubeProxySettings({ kubernetes, ...cluster }: ClusterArg): KubeProxySettings {
  const { timeouts, named: _named, ...kubeProxy } = cluster.kubeProxy;
  return {
    ...kubeProxy,
    timeouts: { tcp: timeouts.tcp ?? 0, tcpFin: timeouts.tcpFin ?? 0, udp: timeouts.udp ?? 0 },
    version: parseVersion(kubernetes.version),
    podCIDRs: splitNetworks(cluster.network.pods),
  };
}

export function clusterSettings(cluster: ClusterArg, bundle: BundleArgs): ClusterSettings {
  const { nodes, controlPlanes, controlPlane } = cluster;
  return {
    version: parseVersion(cluster.kubernetes.version),
    name: cluster.name,
    endpoint: cluster.endpoint,
    hasSeveralControlPlanes: controlPlanes.length > 1,
    podCIDRs: splitNetworks(cluster.network.pods),
    serviceCIDRs: splitNetworks(cluster.network.services),
    certSANs: nodes.filter(({ name }) => controlPlanes.includes(name)).flatMap(({ addresses }) => addresses),
    imageRepository: bundle.imageRepository,
    hasClusterDns: bundle.clusterDns,
    criSocketPath: bundle.criSocket,
    kubeProxy: kubeProxySettings(cluster),
    etcd: controlPlane.etcd,
    leaderElection: controlPlane.leaderElection,
    keptSwap: cluster.swap.policy === 'keep' ? cluster.swap.behavior : undefined,
    ignoredPreflightErrors: cluster.kubernetes.ignorePreflightErrors,
  };
}

/** @throws BootstrapError `playbook.invalid` when the cluster has no such node. */
export function nodeSettings(cluster: ClusterArg, name: string): NodeSettings {
  const found = cluster.nodes.find((one) => one.name === name);
  if (found === undefined) {
    throw new BootstrapError('playbook.invalid', `the cluster has no node ${name}`);
  }
  const { address, addresses, roles } = found;
  return { name, address, addresses, isWorker: roles.includes('worker') };
}
