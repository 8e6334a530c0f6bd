// Whether this program and the chosen Kubernetes version fit together, before anything is touched.
import { z } from 'zod';
import { externalIPsOf } from '../../kube/objects/workloads.ts';
import { reviewVersion } from '../../kube/version-rules.ts';
import { parseVersion } from '../../kube/version.ts';
import { bundleArgs, clusterArg } from '../args/cluster.ts';
import { workloadArgs } from '../args/workloads.ts';
import { defineOperation } from '../operation.ts';

export const kubernetesVersionSupported = defineOperation({
  name: 'kubernetes-version.supported',
  summary: 'Checks what the inventory asks against what the Kubernetes version can do in IPVS mode.',
  args: z.strictObject({
    cluster: clusterArg,
    clusterDns: bundleArgs.clusterDns,
    workloads: workloadArgs.shape.workloads,
  }),
  example: `
- name: Check that this version can do what the inventory asks
  op: kubernetes-version.supported
  on: first-control-plane
  with:
    cluster: \${{ cluster }}
    clusterDns: \${{ bundle.manifest.clusterDns }}
    workloads: \${{ workloads }}
`,
  needs: () => [],
  plan({ cluster, clusterDns, workloads }) {
    const { nodes, controlPlanes, kubeProxy } = cluster;
    const roles = nodes.filter(({ name }) => controlPlanes.includes(name)).flatMap((node) => node.roles);
    const { problems, warnings } = reviewVersion({
      version: parseVersion(cluster.kubernetes.version),
      scheduler: kubeProxy.scheduler,
      strictARP: kubeProxy.strictARP,
      controlPlanes: controlPlanes.length,
      hasMixedNodes: roles.includes('worker'),
      hasClusterDns: clusterDns,
      usesExternalIPs: externalIPsOf(workloads).length > 0,
    });
    return {
      steps: [],
      problems,
      warnings,
    };
  },
});
