// What a machine is in the cluster.

export const roles = ['control-plane', 'worker'] as const;

export type Role = (typeof roles)[number];
