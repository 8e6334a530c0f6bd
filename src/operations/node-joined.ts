// A further node, joined to the cluster by `kubeadm join`; one that was begun and not finished joins anew.
import { z } from 'zod';
import { Secret } from '../core/secret.ts';
import { apiObjects } from '../facts/api-objects.ts';
import { clusterConfiguration } from '../facts/cluster-configuration.ts';
import { ask } from '../facts/fact.ts';
import { kubernetesNode, type KubernetesNode } from '../facts/kubernetes-node.ts';
import { viewClusterConfiguration } from '../kube/cluster-configuration-view.ts';
import { viewNodes, type NodeView } from '../kube/node-view.ts';
import { bundleArgs, clusterArg, clusterSettings, nodeSettings, type ClusterArg } from './cluster-args.ts';
import { joinSteps } from './join-steps.ts';
import { defineOperation, unchanged, type FactReader, type Plan, type Problem } from './operation.ts';

const args = z.strictObject({
  cluster: clusterArg,
  node: z.string().min(1).meta({ description: 'Name of the host.' }),
  ...bundleArgs,
  bootstrapToken: z.instanceof(Secret).meta({ description: 'Lets other nodes join.' }),
  certificateKey: z
    .instanceof(Secret)
    .meta({ description: 'Encrypts the certificates that a joining control plane fetches.' }),
});

type Args = z.output<typeof args>;

export const nodeJoined = defineOperation({
  name: 'node.joined',
  summary: 'Joins a host to the cluster by `kubeadm join`, as a control plane when the inventory says so.',
  args,
  needs: ({ cluster: { kubernetes, firstControlPlane: host } }) => [
    { query: ask(kubernetesNode) },
    { query: ask(kubernetesNode), host },
    { query: ask(apiObjects, { version: kubernetes.version }), host },
    { query: ask(clusterConfiguration), host },
  ],
  plan(wanted, facts) {
    const { cluster } = wanted;
    const own = facts.get(ask(kubernetesNode));
    const first = facts.get(ask(kubernetesNode), cluster.firstControlPlane);
    const api = facts.get(
      ask(apiObjects, { version: cluster.kubernetes.version }),
      cluster.firstControlPlane,
    );
    if (first.caCertificate === null)
      return { steps: [], pending: 'the first control plane is not there yet' };
    if (isOtherCluster(own, first)) return { steps: [], problems: [otherCluster] };
    if (!api.reachable) return { steps: [], pending: `the API server does not answer: ${api.reason}` };
    const registered = viewNodes(api.items).find(({ name }) => name === wanted.node);
    if (own.hasKubeletKubeconfig && registered !== undefined) return unchanged;
    return join(wanted, { own, registered, caCertificate: first.caCertificate }, facts);
  },
});

interface Found {
  readonly own: KubernetesNode;
  readonly registered: NodeView | undefined;
  readonly caCertificate: string;
}

function join(wanted: Args, { own, registered, caCertificate }: Found, facts: FactReader): Plan {
  const cluster = clusterSettings(wanted.cluster, wanted);
  const node = nodeSettings(wanted.cluster, wanted.node);
  const isControlPlane = wanted.cluster.controlPlanes.includes(wanted.node);
  const problems = [
    ...(registered?.isReady === true ? [nameTaken(registered)] : []),
    ...(isControlPlane ? leaderProblems(wanted.cluster, facts) : []),
  ];
  if (problems.length > 0) return { steps: [], problems };
  return {
    steps: joinSteps({
      cluster,
      node,
      caCertificate,
      from: wanted.cluster.firstControlPlane,
      firstNode: nodeSettings(wanted.cluster, wanted.cluster.firstControlPlane),
      token: wanted.bootstrapToken,
      ...(isControlPlane ? { certificateKey: wanted.certificateKey } : {}),
      hasRemains: own.hasKubeletKubeconfig || own.hasBootstrapKubeconfig || own.hasApiServerManifest,
      isRegistered: registered !== undefined,
      hasCrictl: own.hasCrictl,
    }),
  };
}

function isOtherCluster(own: KubernetesNode, first: KubernetesNode): boolean {
  return own.caCertificate !== null && own.caCertificate !== first.caCertificate;
}

const otherCluster: Problem = {
  message: 'the host belongs to another cluster: its cluster CA is not that of the first control plane',
  hint: 'If nobody needs it there, `kubeadm reset` on the host makes it free.',
};

/** A kubelet that is alive under this name and is not this host's. */
function nameTaken({ name, addresses }: NodeView): Problem {
  return {
    message: `a node called ${name} is in the cluster already, at ${addresses.join(', ')}, and it is ready`,
    hint: 'Choose another name for this host, or remove the other node first.',
    data: { node: name, addresses },
  };
}

/** A cluster made with one control plane elects no leaders; with a second one both would act. */
function leaderProblems({ firstControlPlane }: ClusterArg, facts: FactReader): readonly Problem[] {
  const live = facts.get(ask(clusterConfiguration), firstControlPlane);
  const configuration = live.reachable ? viewClusterConfiguration(live.items) : undefined;
  if (configuration?.hasNoLeaderElection !== true) return [];
  return [
    {
      message: 'the cluster was made for one control plane: its components elect no leader',
      hint: 'Reset it and make it anew with all control planes.',
    },
  ];
}
