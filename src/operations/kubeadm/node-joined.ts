// A further node, joined to the cluster by `kubeadm join`; one that was begun and not finished joins anew.
import { z } from 'zod';
import { formatEndpoint } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { clusterConfiguration } from '../../facts/kubernetes/cluster-configuration.ts';
import { etcdMembers, type EtcdMember } from '../../facts/kubernetes/etcd-members.ts';
import { kubernetesNode, type KubernetesNode } from '../../facts/kubernetes/kubernetes-node.ts';
import { hostResolver, resolverPath } from '../../facts/network/resolver.ts';
import { viewClusterConfiguration } from '../../kube/objects/cluster-configuration-view.ts';
import { viewNodes, type NodeView } from '../../kube/objects/node-view.ts';
import { bundleArgs, clusterArg, clusterSettings, nodeSettings, type ClusterArg } from '../args/cluster.ts';
import { nodeDiagnosis } from '../args/diagnosis.ts';
import { hostArg, secretArg } from '../args/scalars.ts';
import { apiNeeds, apiOf, withApi } from '../args/with-api.ts';
import { defineOperation, unchanged, type FactReader, type Plan, type Problem } from '../operation.ts';
import { finishSteps, joinSteps, type JoinRequest } from './join-steps.ts';

const args = z.strictObject({
  cluster: clusterArg,
  node: hostArg,
  ...bundleArgs,
  bootstrapToken: secretArg.meta({ description: 'Lets other nodes join.' }),
  certificateKey: secretArg.meta({
    description: 'Encrypts the certificates that a joining control plane fetches.',
  }),
});

type Args = z.output<typeof args>;

export const nodeJoined = defineOperation({
  name: 'node.joined',
  summary: 'Joins a host to the cluster by `kubeadm join`, as a control plane when the inventory says so.',
  args,
  example: `
- name: Join the workers
  op: node.joined
  on: workers
  wait: 5m
  with:
    cluster: \${{ cluster }}
    node: \${{ host.name }}
    imageRepository: \${{ bundle.manifest.imageRepository }}
    clusterDns: \${{ bundle.manifest.clusterDns }}
    bootstrapToken: \${{ run.bootstrapToken }}
    certificateKey: \${{ run.certificateKey }}
`,
  needs: ({ cluster, cluster: { controlPlanes, firstControlPlane: host }, node }) => [
    { query: ask(kubernetesNode) },
    { query: ask(hostResolver) },
    { query: ask(kubernetesNode), host },
    ...apiNeeds(apiOf(cluster)),
    { query: ask(clusterConfiguration), host },
    ...(controlPlanes.includes(node) ? [{ query: ask(etcdMembers, { node: host }), host }] : []),
  ],
  diagnosis: ({ cluster, node, criSocket }) => nodeDiagnosis(cluster, node, criSocket),
  plan(wanted, facts) {
    const { cluster } = wanted;
    const own = facts.get(ask(kubernetesNode));
    const first = facts.get(ask(kubernetesNode), cluster.firstControlPlane);
    if (isOtherCluster(own, first)) return { steps: [], problems: [otherCluster(wanted.node)] };
    const { caCertificate } = first;
    if (caCertificate === null) {
      return { steps: [], pending: 'the first control plane is not there yet' };
    }
    return withApi(apiOf(cluster), facts, (objects) => {
      const registered = viewNodes(objects).find(({ name }) => name === wanted.node);
      if (isJoined(wanted, own, registered)) return unchanged;
      const resolvConf = resolverPath(facts.get(ask(hostResolver)));
      return join(wanted, { own, registered, caCertificate, resolvConf }, facts);
    });
  },
});

/** kubeadm labels a control plane last of all. */
function isJoined({ cluster, node }: Args, own: KubernetesNode, registered: NodeView | undefined): boolean {
  if (!own.hasKubeletKubeconfig || registered === undefined) return false;
  return registered.isControlPlane || !cluster.controlPlanes.includes(node);
}

/** By its name, or by its address as long as it was never started. */
function memberOf(wanted: Args, facts: FactReader): EtcdMember | undefined {
  const { cluster, node } = wanted;
  const { address } = nodeSettings(cluster, node);
  const url = `https://${formatEndpoint(address, 2380)}`;
  return membersOf(wanted, facts)?.find(({ name, peerURLs }) => name === node || peerURLs.includes(url));
}

interface JoiningHost {
  readonly own: KubernetesNode;
  readonly registered: NodeView | undefined;
  readonly caCertificate: string;
  readonly resolvConf: string;
}

function join(wanted: Args, host: JoiningHost, facts: FactReader): Plan {
  const { own, registered } = host;
  const isControlPlane = wanted.cluster.controlPlanes.includes(wanted.node);
  const problems = [
    ...(registered?.isReady === true && !own.hasKubeletKubeconfig ? [nameTaken(registered)] : []),
    ...(isControlPlane ? leaderProblems(wanted.cluster, facts) : []),
  ];
  if (problems.length > 0) return { steps: [], problems };
  return isControlPlane
    ? joinControlPlane(wanted, host, facts)
    : { steps: joinSteps(requestOf(wanted, host)) };
}

function joinControlPlane(wanted: Args, host: JoiningHost, facts: FactReader): Plan {
  const { own, registered } = host;
  if (runsEtcd(own) && membersOf(wanted, facts) === null) return { steps: [], pending: silentEtcd(wanted) };
  const member = memberOf(wanted, facts);
  const request = {
    ...requestOf(wanted, host),
    certificateKey: wanted.certificateKey,
    member,
  };
  // Ready it need not be: without a pod network no node is.
  const canGoOn = runsEtcd(own) && registered !== undefined && member?.name === wanted.node;
  return { steps: canGoOn ? finishSteps(request) : joinSteps(request) };
}

/** kubeadm has come as far as etcd; the host's data may be the cluster's. */
function runsEtcd({ hasKubeletKubeconfig, hasApiServerManifest }: KubernetesNode): boolean {
  return hasKubeletKubeconfig && hasApiServerManifest;
}

/** Clearing such a host away could take the cluster's quorum with it. */
function silentEtcd({ cluster, node }: Args): string {
  return `etcd on ${cluster.firstControlPlane} does not answer, so nobody knows whether ${node} is one of its members`;
}

function membersOf(
  { cluster: { firstControlPlane: host } }: Args,
  facts: FactReader,
): readonly EtcdMember[] | null {
  return facts.get(ask(etcdMembers, { node: host }), host);
}

function requestOf(wanted: Args, { own, registered, caCertificate, resolvConf }: JoiningHost): JoinRequest {
  const { cluster, node } = wanted;
  return {
    cluster: clusterSettings(cluster, wanted),
    node: { ...nodeSettings(cluster, node), resolvConf },
    caCertificate,
    from: cluster.firstControlPlane,
    firstNode: nodeSettings(cluster, cluster.firstControlPlane),
    token: wanted.bootstrapToken,
    hasRemains:
      own.hasKubeletKubeconfig ||
      own.hasBootstrapKubeconfig ||
      own.hasApiServerManifest ||
      own.hasUnfinishedReset,
    isRegistered: registered !== undefined,
    hasCrictl: own.hasCrictl,
  };
}

/** Also when the first control plane has none: it was made anew, or it never was that node's. */
function isOtherCluster(own: KubernetesNode, first: KubernetesNode): boolean {
  return own.caCertificate !== null && own.caCertificate !== first.caCertificate;
}

function otherCluster(node: string): Problem {
  return {
    message: 'the host belongs to another cluster: its cluster CA is not that of the first control plane',
    hint: `If nobody needs it there, make it free: ipvs-bootstrap reset --limit ${node} with this inventory.`,
  };
}

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
