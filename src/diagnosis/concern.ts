// Whether what was seen has to do with what failed: a cluster always has a pod or a node somewhere that is not well.
import type { Source } from '../facts/diagnosis/sighting.ts';
import type { Witness } from './judge.ts';
import type { DiagnosisRequest } from './request.ts';

/** What the API tells of all nodes and pods, wherever they are. */
const ofTheCluster: readonly Source[] = ['node', 'pod', 'pod-log', 'event'];

/**
 * Of a host that is being made a node: what is there, and the static pods behind the API, which it needs. Of nodes that are
 * waited for: those nodes, and pods anywhere, as a pod network may have its controller on another node.
 */
export function concerns(
  { source, of, node }: Witness,
  { hosts, suspects, api }: Pick<DiagnosisRequest, 'hosts' | 'suspects' | 'api'>,
): boolean {
  if (!ofTheCluster.includes(source)) return true;
  if (hosts.length > 0)
    return node !== undefined && (hosts.includes(node) || (node === api && isStatic(of, node)));
  return source !== 'node' || suspects === 'all' || (node !== undefined && suspects.includes(node));
}

/** Static pods have the name of their node behind their own. */
function isStatic(of: string, node: string): boolean {
  return of.includes('pod kube-system/') && of.endsWith(`-${node}`);
}
