// What verify says where no cluster has been made yet: one sentence instead of every difference that follows from it.
import { ask } from '../../facts/fact.ts';
import { kubeProxyMode } from '../../facts/ipvs/kube-proxy-mode.ts';
import { apiObjects } from '../../facts/kubernetes/api-objects.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import { drift } from '../drift.ts';
import type { FactReader, Problem } from '../operation.ts';
import type { VerifyArgs } from './args.ts';

/** Undefined also where a kube-proxy answers: it belongs to a cluster, whatever the control plane has lost. */
export function clusterAbsence({ node, cluster }: VerifyArgs, facts: FactReader): Problem | undefined {
  const from = cluster.firstControlPlane;
  const api = facts.get(ask(apiObjects, cluster.kubernetes), from);
  if (api.reachable || api.isAbsent !== true || facts.get(ask(kubeProxyMode)).mode !== null) return undefined;
  return drift({
    kind: 'cluster.absent',
    node,
    message: `there is no cluster yet that ${node} could be compared with: no ${kubernetesPaths.adminKubeconfig} on ${from}`,
    hint: 'Run "up" first: it makes the cluster',
    more: { from },
  });
}
