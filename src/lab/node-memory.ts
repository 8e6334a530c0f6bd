// How much memory the nodes of a lab have.

/** MiB; kubeadm's control plane takes about 1.2 GB, its etcd and page cache the rest. */
export const defaultMemory = { 'control-plane': 3072, worker: 2048 } as const;

/** MiB; what preflight asks of a node, and the share that the node's kernel keeps for itself. */
export const minimumMemory = { 'control-plane': 1792, worker: 768 } as const;
