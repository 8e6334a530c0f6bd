// How the cluster is configured, as the API has it: kubeadm's ConfigMap, kube-proxy's ConfigMap and DaemonSet.
import { cmd } from '../../core/command.ts';
import { apiProbe, probeSeconds } from '../../kube/kubectl.ts';
import type { Fact } from '../fact.ts';
import { readApiObjects, type ApiObjects } from './api-objects.ts';

/** Objects that are not there are missing from `items`. Ask a control plane only. */
export const clusterConfiguration: Fact<ApiObjects> = {
  name: 'cluster.configuration',
  scope: 'cluster',
  timeoutMs: (probeSeconds + 30) * 1000,
  probe: () => {
    const objects = ['configmap/kubeadm-config', 'configmap/kube-proxy', 'daemonset/kube-proxy'];
    return apiProbe(cmd`get ${objects} --namespace=kube-system --ignore-not-found -o json`);
  },
  parse: (output) => readApiObjects(output),
};
