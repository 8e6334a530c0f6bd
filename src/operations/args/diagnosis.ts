// What operations have looked at when they fail or take longer than usual.
import { systemPods, type DiagnosisRequest } from '../../diagnosis/request.ts';
import type { PodSelection } from '../../facts/diagnosis/cluster-look.ts';
import type { ClusterArg } from './cluster.ts';
import type { ApiPlace } from './with-api.ts';

/** What kubeadm does on a host: minutes, of which most goes into images and into static pods. */
const kubeadmMs = 120_000;
/** What controllers and kubelets do once they are asked: starting a pod takes seconds. */
const podsMs = 30_000;

/** Of a host that is being made a node. The pod network comes later, and until then pods find no node. */
export function nodeDiagnosis(cluster: ClusterArg, node: string, criSocket: string): DiagnosisRequest {
  return {
    version: cluster.kubernetes.version,
    api: cluster.firstControlPlane,
    pods: [systemPods],
    hosts: [node],
    suspects: [],
    criSocket,
    usualMs: kubeadmMs,
    decisive: [],
    ignored: ['nodes.no-network', 'runtime.network', 'pods.taint', 'pods.no-node'],
  };
}

/** Of nodes that are to become ready. */
export function nodesDiagnosis({ from, version }: ApiPlace, nodes: readonly string[]): DiagnosisRequest {
  return {
    version,
    api: from,
    pods: [systemPods],
    hosts: [],
    suspects: nodes,
    usualMs: 60_000,
    decisive: ['kubelet', 'kubelet-unit', 'runtime'],
  };
}

/** Of pods that are to run. */
export function podsDiagnosis({ from, version }: ApiPlace, pods: readonly PodSelection[]): DiagnosisRequest {
  return {
    version,
    api: from,
    pods,
    hosts: [],
    suspects: 'all',
    usualMs: podsMs,
    decisive: ['pod', 'pod-log'],
  };
}
