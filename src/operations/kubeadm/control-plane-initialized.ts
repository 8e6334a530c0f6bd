// The first control plane, made by `kubeadm init` with kube-proxy in IPVS mode.
import { z } from 'zod';
import { managedMark } from '../../core/managed.ts';
import { Secret } from '../../core/secret.ts';
import { ask } from '../../facts/fact.ts';
import type { ApiObjects } from '../../facts/kubernetes/api-objects.ts';
import { clusterConfiguration } from '../../facts/kubernetes/cluster-configuration.ts';
import { kubernetesNode, type KubernetesNode } from '../../facts/kubernetes/kubernetes-node.ts';
import { hostResolver, resolverPath } from '../../facts/network/resolver.ts';
import { initConfigurationText } from '../../kube/kubeadm/documents.ts';
import {
  viewClusterConfiguration,
  type ClusterConfigurationView,
} from '../../kube/objects/cluster-configuration-view.ts';
import { viewKubeProxy } from '../../kube/objects/kube-proxy-view.ts';
import { ownPaths } from '../../kube/paths.ts';
import { parseVersion } from '../../kube/version.ts';
import { bundleArgs, clusterArg, clusterSettings, nodeSettings } from '../args/cluster.ts';
import { nodeDiagnosis } from '../args/diagnosis.ts';
import { hostArg, secretArg } from '../args/scalars.ts';
import { defineOperation, unchanged, type Plan, type Step } from '../operation.ts';
import { clusterDifferences } from './cluster-differences.ts';
import { kubeadmInit, kubeadmReset, kubeadmTimeoutMs } from './commands.ts';

const args = z.strictObject({
  cluster: clusterArg,
  node: hostArg,
  ...bundleArgs,
  bootstrapToken: secretArg.meta({ description: 'Lets other nodes join.' }),
  certificateKey: secretArg
    .optional()
    .meta({ description: 'Encrypts the certificates for further control planes.' }),
});

type Args = z.output<typeof args>;

export const controlPlaneInitialized = defineOperation({
  name: 'control-plane.initialized',
  summary:
    'Makes the first control plane by `kubeadm init`; one that was begun and not finished is made anew.',
  args,
  example: `
- name: Make the first control plane
  op: control-plane.initialized
  on: first-control-plane
  wait: 5m
  with:
    cluster: \${{ cluster }}
    node: \${{ host.name }}
    imageRepository: \${{ bundle.manifest.imageRepository }}
    clusterDns: \${{ bundle.manifest.clusterDns }}
    bootstrapToken: \${{ run.bootstrapToken }}
    certificateKey: \${{ run.certificateKey }} # where other control planes are to join
`,
  needs: () => [
    { query: ask(kubernetesNode) },
    { query: ask(clusterConfiguration) },
    { query: ask(hostResolver) },
  ],
  diagnosis: ({ cluster, node, criSocket }) => nodeDiagnosis(cluster, node, criSocket),
  plan(wanted, facts) {
    const node = facts.get(ask(kubernetesNode));
    const live = facts.get(ask(clusterConfiguration));
    const state = stateOf(node, live);
    const resolvConf = resolverPath(facts.get(ask(hostResolver)));
    switch (state.kind) {
      case 'made':
        return planForFinished(wanted, node, state.configuration);
      case 'silent':
        return { steps: [], pending: state.reason };
      case 'foreign':
        return { steps: [], problems: [foreignNode] };
      case 'damaged':
        return { steps: [], problems: [damagedCluster] };
      case 'files-missing':
        return { steps: [], problems: [missingFiles] };
      case 'absent':
        return {
          steps: [
            ...(node.hasUnfinishedReset ? [clearStep(wanted)] : []),
            ...initSteps(wanted, node, resolvConf),
          ],
        };
      case 'unfinished':
        return {
          steps: [...(live.reachable ? [] : [clearStep(wanted)]), ...initSteps(wanted, node, resolvConf)],
        };
    }
  },
});

type State =
  | { readonly kind: 'absent' | 'unfinished' | 'foreign' | 'damaged' | 'files-missing' }
  | { readonly kind: 'silent'; readonly reason: string }
  | { readonly kind: 'made'; readonly configuration: ClusterConfigurationView };

function stateOf(node: KubernetesNode, live: ApiObjects): State {
  const items = live.reachable ? live.items : [];
  const configuration = viewClusterConfiguration(items);
  // kubeadm installs kube-proxy last.
  if (configuration !== undefined && viewKubeProxy(items) !== undefined) {
    return { kind: 'made', configuration };
  }
  if (node.hasFinishedInit && node.hasAdminKubeconfig) {
    if (live.reachable) return { kind: 'damaged' };
    return { kind: 'silent', reason: `the API server does not answer: ${live.reason}` };
  }
  if (node.hasBegunInit) return stateOfUnfinished(node, live);
  return { kind: hasRemains(node) ? 'foreign' : 'absent' };
}

/**
 * Without an API server nobody can say how far `kubeadm init` came. Where pods have run it came to its end, seen or not,
 * and there may be a cluster to lose; a reset of ours that was interrupted is to be finished all the same.
 */
function stateOfUnfinished(node: KubernetesNode, live: ApiObjects): State {
  if (live.reachable || !node.hasRunPods || node.hasUnfinishedReset) return { kind: 'unfinished' };
  const isWhole = node.hasAdminKubeconfig && node.hasKubeletKubeconfig && node.hasApiServerManifest;
  if (!isWhole) return { kind: 'files-missing' };
  const reason =
    'pods of the cluster have run here, so nothing is cleared away, but its API server does not answer';
  return { kind: 'silent', reason: `${reason}: ${live.reason}` };
}

function hasRemains(node: KubernetesNode): boolean {
  return node.hasAdminKubeconfig || node.hasApiServerManifest || node.hasKubeletKubeconfig;
}

function planForFinished(wanted: Args, node: KubernetesNode, configuration: ClusterConfigurationView): Plan {
  const problems = clusterDifferences(wanted.cluster, configuration);
  if (problems.length > 0) return { steps: [], problems };
  if (node.hasFinishedInit) return unchanged;
  // It may have ended while nobody was looking.
  const { initialised } = ownPaths;
  const title = 'note that the control plane is initialised';
  return { steps: [{ kind: 'write', title, path: initialised, content: '', mode: 0o644 }] };
}

/** With an API server that answers it is not needed: kubeadm keeps certificates and etcd's data and goes on. */
function clearStep({ cluster, criSocket }: Args): Step {
  return {
    kind: 'exec',
    title: 'clear away what an unfinished kubeadm init left',
    command: kubeadmReset(parseVersion(cluster.kubernetes.version), criSocket),
    timeoutMs: kubeadmTimeoutMs,
  };
}

function initSteps(wanted: Args, node: KubernetesNode, resolvConf: string): readonly Step[] {
  const cluster = clusterSettings(wanted.cluster, wanted);
  const common = { cluster, node: { ...nodeSettings(wanted.cluster, wanted.node), resolvConf } };
  const { bootstrapToken, certificateKey } = wanted;
  const text = initConfigurationText({
    ...common,
    token: bootstrapToken.reveal(),
    certificateKey: cluster.hasSeveralControlPlanes ? certificateKey?.reveal() : undefined,
  });
  return [
    {
      kind: 'write',
      title: `write ${ownPaths.kubeadmConfiguration}`,
      path: ownPaths.kubeadmConfiguration,
      content: `${managedMark}\n${initConfigurationText(common)}`,
      mode: 0o600,
    },
    {
      kind: 'exec',
      title: 'initialise the control plane (kubeadm init)',
      command: kubeadmInit(cluster, { hasCrictl: node.hasCrictl, hasRemains: hasRemains(node) }),
      stdin: new Secret(text, 'kubeadm configuration with the bootstrap token'),
      timeoutMs: kubeadmTimeoutMs,
    },
  ];
}

const damagedCluster = {
  message: 'the cluster lacks kube-proxy or the record of its configuration',
  hint: '`kubeadm init phase upload-config all` and `kubeadm init phase addon kube-proxy` on the first control plane, each with --config=/etc/ipvs-bootstrap/kubeadm.yaml, put them back.',
};

const missingFiles = {
  message: 'pods of the cluster have run here, but parts of /etc/kubernetes are missing',
  hint: 'Put them back from a copy. If nobody needs the cluster, `ipvs-bootstrap reset` with this inventory removes it.',
};

const foreignNode = {
  message: 'Kubernetes is on this host already, and this program has not put it there',
  hint: 'If nobody needs it there, `ipvs-bootstrap reset` with this inventory removes it.',
};
