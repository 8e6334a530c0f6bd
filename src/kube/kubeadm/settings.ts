// What the builders of kubeadm's and kube-proxy's documents are told: a cluster and a node, whatever the version.
import type { KubernetesVersion } from '../version.ts';

/** Idle times in seconds; 0 keeps the kernel's. */
export interface IpvsTimeouts {
  readonly tcp: number;
  readonly tcpFin: number;
  readonly udp: number;
}

export interface KubeProxySettings {
  readonly version: KubernetesVersion;
  /** IPVS scheduler of every Service. */
  readonly scheduler: string;
  readonly strictARP: boolean;
  /** Virtual servers in these networks are somebody else's: kube-proxy deletes none of them. */
  readonly excludeCIDRs: readonly string[];
  /** One network, or one of each family, the cluster's first family first. */
  readonly podCIDRs: readonly string[];
  readonly timeouts?: IpvsTimeouts;
}

/** In milliseconds. Small or busy machines want more than etcd's own 100 and 1000. */
export interface EtcdTimes {
  readonly heartbeatInterval: number;
  readonly electionTimeout: number;
}

/** In seconds, for controller manager and scheduler. Their own are 15, 10 and 2. */
export interface LeaderElectionTimes {
  readonly leaseDuration: number;
  readonly renewDeadline: number;
  readonly retryPeriod: number;
}

export interface ClusterSettings {
  readonly version: KubernetesVersion;
  readonly name: string;
  /** Where all nodes reach the API: `10.77.0.11:6443`. */
  readonly endpoint: string;
  readonly hasSeveralControlPlanes: boolean;
  /** One network, or one of each family; the first is of the cluster's first family, in both lists. */
  readonly podCIDRs: readonly string[];
  readonly serviceCIDRs: readonly string[];
  /** More names and addresses for the API server's certificate. */
  readonly certSANs: readonly string[];
  readonly imageRepository: string;
  /** Whether kubeadm installs the cluster DNS. */
  readonly hasClusterDns: boolean;
  /** Absolute path of the container runtime's socket. */
  readonly criSocketPath: string;
  readonly kubeProxy: KubeProxySettings;
  readonly etcd?: EtcdTimes | undefined;
  readonly leaderElection?: LeaderElectionTimes | undefined;
  /** What pods get of the hosts' swap; without it kubelets do not start where there is swap. From 1.30 on. */
  readonly keptSwap?: 'NoSwap' | 'LimitedSwap' | undefined;
  /** Checks of kubeadm that may fail, by its own names, such as NumCPU. */
  readonly ignoredPreflightErrors?: readonly string[];
}

export interface NodeSettings {
  readonly name: string;
  /** Of the cluster's first family: what the API server advertises. */
  readonly address: string;
  /** All that the kubelet reports: at most one of each family, `address` first. */
  readonly addresses: readonly string[];
  /** The file with the servers of names that pods get; empty for none, undefined to let kubeadm choose. */
  readonly resolvConf?: string | undefined;
  /** Whether a control plane runs workloads too, and so has no taint. */
  readonly isWorker: boolean;
}
