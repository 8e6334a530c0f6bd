// What `reset` asks before it begins: which cluster, and what becomes of it on which hosts.
import { checkNames } from '../../app/choose-phases.ts';
import type { ResolvedInventory } from '../../inventory/resolve.ts';

/**
 * @param limit the hosts of --limit
 * @throws BootstrapError `usage` for a host that the inventory does not have
 */
export function resetQuestion(
  { cluster, hosts }: Pick<ResolvedInventory, 'cluster' | 'hosts'>,
  limit: readonly string[] | undefined,
): string {
  const names = hosts.map(({ name }) => name);
  checkNames('host', limit ?? [], names);
  const chosen = names.filter((name) => limit?.includes(name) ?? true);
  const staysWithout = !chosen.includes(cluster.firstControlPlane);
  const what = staysWithout
    ? `This takes ${chosen.join(', ')} out of the cluster "${cluster.name}" and makes bare hosts of them again. The cluster stays.`
    : `This removes the cluster "${cluster.name}" and its data from ${chosen.join(', ')}.`;
  return `${what}\nType the cluster's name to go on: `;
}
