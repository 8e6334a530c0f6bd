// What the inventory says otherwise than the running cluster, and cannot have by changing a file.
import type { ClusterConfigurationView } from '../../kube/objects/cluster-configuration-view.ts';
import type { ClusterArg } from '../args/cluster.ts';
import type { Problem } from '../operation.ts';

/** None for what the cluster does not record. */
export function clusterDifferences(
  wanted: ClusterArg,
  running: ClusterConfigurationView,
): readonly Problem[] {
  const subjects: readonly (readonly [subject: string, wanted: string, running: string | undefined])[] = [
    ['the name', wanted.name, running.name],
    ['the version', wanted.kubernetes.version, running.version],
    ['the pod network', wanted.network.pods, running.podCIDR],
    ['the service network', wanted.network.services, running.serviceCIDR],
    ['the control plane endpoint', wanted.endpoint, running.endpoint],
  ];
  return subjects
    .filter(([, ours, theirs]) => theirs !== undefined && theirs !== '' && theirs !== ours)
    .map(([subject, ours, theirs]) => ({
      message: `${subject} of the running cluster is ${theirs ?? ''}, the inventory says ${ours}`,
      hint: 'That cannot be changed in a running cluster: put the old value back, or reset the cluster first.',
      data: { subject, wanted: ours, running: theirs },
    }));
}
