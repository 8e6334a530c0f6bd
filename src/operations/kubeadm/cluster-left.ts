// A host that was a node and is none any more: what kubeadm, the kubelet and the pod network left is gone.
import { z } from 'zod';
import { cmd, sequence } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { kubernetesRemains, type KubernetesRemains } from '../../facts/kubernetes/kubernetes-remains.ts';
import { podNetworkHost } from '../../facts/kubernetes/pod-network-host.ts';
import { podNetworkName, podNetworkUnit, routeProtocol } from '../../kube/pod-network.ts';
import { parseVersion } from '../../kube/version.ts';
import { bundleArgs } from '../args/cluster.ts';
import { clusterVersion } from '../args/scalars.ts';
import { networkLeftovers } from '../cluster-network/network-leftovers.ts';
import { removeStep } from '../files/remove-step.ts';
import { defineOperation, type Step } from '../operation.ts';
import { kubeadmReset, kubeadmTimeoutMs } from './commands.ts';

const args = z.strictObject({
  version: clusterVersion,
  criSocket: bundleArgs.criSocket,
  controlPlanes: z
    .array(z.string())
    .optional()
    .meta({ description: 'Names of all control planes; with `leaving`, to know whether the cluster ends.' }),
  leaving: z.array(z.string()).optional().meta({ description: 'Names of all hosts that leave in this run.' }),
});

type Args = z.output<typeof args>;

export const clusterLeft = defineOperation({
  name: 'cluster.left',
  summary: 'Undoes what made the host a node: kubeadm reset, containers, pod network, kubeconfig copies.',
  args,
  example: `
- name: Undo what made the host a node
  op: cluster.left
  with:
    version: \${{ cluster.kubernetes.version }}
    controlPlanes: \${{ cluster.controlPlanes }}
    leaving: \${{ run.hosts }} # all, or those of --limit
`,
  needs: () => [{ query: ask(kubernetesRemains) }, { query: ask(podNetworkHost) }],
  plan(wanted, facts) {
    const remains = facts.get(ask(kubernetesRemains));
    return {
      steps: [
        ...remains.adminKubeconfigCopies.map(removeStep),
        ...resetSteps(wanted, remains, networkLeftovers(facts.get(ask(podNetworkHost)))?.network),
        ...routeSteps(remains),
        ...masqueradeSteps(remains),
      ],
    };
  },
});

/** Directories that kubeadm leaves empty are no reason to run it again: they go with it. */
function resetSteps(
  wanted: Args,
  remains: KubernetesRemains,
  otherNetwork: string | undefined,
): readonly Step[] {
  const { version, criSocket, controlPlanes = [], leaving = [] } = wanted;
  const endsCluster = controlPlanes.length > 0 && controlPlanes.every((name) => leaving.includes(name));
  const isNode = remains.kubernetesPaths.length > 0 || remains.containers > 0 || remains.hasPodBridge;
  if (!isNode) return [];
  return [
    {
      kind: 'exec',
      title: 'leave the cluster (kubeadm reset), stop the containers, remove what is left',
      command: kubeadmReset(parseVersion(version), criSocket, {
        endsCluster,
        networks: [podNetworkName, ...(otherNetwork === undefined ? [] : [otherNetwork])],
      }),
      timeoutMs: kubeadmTimeoutMs,
    },
  ];
}

function routeSteps({ hasRoutes, podNetworkPaths: paths }: KubernetesRemains): readonly Step[] {
  if (!hasRoutes && paths.length === 0) return [];
  return [
    {
      kind: 'exec',
      title: 'stop and remove the routes to pods',
      command: sequence([
        cmd`{ systemctl disable --now --quiet ${podNetworkUnit} 2>/dev/null || :; }`,
        cmd`{ ip -4 route flush proto ${routeProtocol}; ip -6 route flush proto ${routeProtocol}; :; } 2>/dev/null`,
        cmd`rm -f ${paths}`,
        cmd`systemctl daemon-reload`,
      ]),
    },
  ];
}

function masqueradeSteps({ masqueradeRules }: KubernetesRemains): readonly Step[] {
  return masqueradeRules.map(({ command, rule }) => ({
    kind: 'exec',
    title: `remove our rule from ${command}: ${rule}`,
    command: cmd`${command} -w -t nat -D ${rule.replaceAll('"', '').split(' ')}`,
  }));
}
