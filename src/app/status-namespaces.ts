// The part of a status that somebody with a few namespaces cares about.
import type { ClusterStatus } from '../engine/events/status-schema.ts';

/** Only external IPs of Services in these namespaces, contested ones too; all without `namespaces`. */
export function ofNamespaces(
  status: ClusterStatus,
  namespaces: readonly string[] | undefined,
): ClusterStatus {
  if (namespaces === undefined) return status;
  const isWanted = (service: string): boolean => namespaces.includes(service.split('/', 1)[0] ?? '');
  return { ...status, externalIPs: status.externalIPs.filter(({ services }) => services.some(isWanted)) };
}
