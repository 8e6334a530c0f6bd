// What the operations on the rules for pods' packets are told.
import { z } from 'zod';
import { roles } from '../../core/role.ts';
import { apiPort } from '../../kube/kubeadm/input.ts';
import { podRules, type PodRule } from '../../facts/firewall/pod-rule.ts';
import { clusterArg, type ClusterArg } from '../args/cluster.ts';

export const podRulesArgs = {
  cluster: clusterArg,
  roles: z.array(z.enum(roles)).min(1).meta({ description: 'What the host is.' }),
};

/** The rules that a host with these roles needs. */
export function podRulesOf(wanted: {
  readonly cluster: ClusterArg;
  readonly roles: readonly string[];
}): readonly PodRule[] {
  return podRules({
    ...wanted.cluster.network,
    nodes: wanted.cluster.nodes.map(({ addresses }) => addresses),
    apiPort: wanted.roles.includes('control-plane') ? apiPort : null,
  });
}
