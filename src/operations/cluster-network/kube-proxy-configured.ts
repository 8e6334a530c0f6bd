// kube-proxy's configuration in the cluster as wanted, and all its pods restarted with it.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { awaitedApi } from '../../facts/kubernetes/api-objects.ts';
import { ipvsTable } from '../../facts/ipvs/ipvs-table.ts';
import { clusterConfiguration } from '../../facts/kubernetes/cluster-configuration.ts';
import type { IpvsTable } from '../../ipvs/table/model.ts';
import { kubeProxyFlags } from '../../kube/kubeadm/kube-proxy-configuration.ts';
import { kubectl } from '../../kube/kubectl.ts';
import {
  configHashAnnotation,
  configKey,
  settingsAnnotation,
  viewKubeProxy,
  type KubeProxyView,
} from '../../kube/objects/kube-proxy-view.ts';
import { isJsonObject, type JsonObject, type KubernetesObject } from '../../kube/objects/object.ts';
import { isWithin, merge, restrictTo } from '../../kube/objects/subset.ts';
import { has } from '../../kube/version-facts.ts';
import { toYaml } from '../../render/yaml.ts';
import { clusterArg, kubeProxySettings, type ClusterArg } from '../args/cluster.ts';
import { podsDiagnosis } from '../args/diagnosis.ts';
import { apiOf } from '../args/with-api.ts';
import { defineOperation, type ExecStep, type Plan } from '../operation.ts';
import { virtualIPWarnings, wantedConfiguration } from './kube-proxy-wanted.ts';

const args = z.strictObject({ cluster: clusterArg });

export const kubeProxyConfigured = defineOperation({
  name: 'kube-proxy.configured',
  summary:
    "Brings the running kube-proxy's configuration to what the inventory says, and restarts its pods with it. What the inventory does not name, and never named, stays as it is.",
  args,
  example: `
- name: Run kube-proxy with the inventory's settings
  op: kube-proxy.configured
  on: first-control-plane
  wait: 5m # until all its pods have them
  with: { cluster: '\${{ cluster }}' }
`,
  diagnosis: ({ cluster }) =>
    podsDiagnosis(apiOf(cluster), [{ namespace: 'kube-system', selector: 'k8s-app=kube-proxy' }]),
  needs: ({ cluster }) => [
    { query: ask(clusterConfiguration), host: cluster.firstControlPlane },
    ...holdersOf(cluster).map((host) => ({ query: ask(ipvsTable), host, optional: true as const })),
  ],
  plan({ cluster }, facts) {
    const live = facts.get(ask(clusterConfiguration), cluster.firstControlPlane);
    if (!live.reachable) return { steps: [], pending: awaitedApi(live) };
    const proxy = viewKubeProxy(live.items);
    if (proxy === undefined) return { steps: [], pending: 'kube-proxy is not installed yet' };
    const tables = holdersOf(cluster).flatMap(
      (host) => facts.get<IpvsTable | null | undefined>(ask(ipvsTable), host) ?? [],
    );
    const settings = kubeProxySettings(cluster);
    const steps = has(settings.version, 'kubeProxyFlagsOnly')
      ? flagSteps(proxy, kubeProxyFlags(settings))
      : documentSteps(proxy, wantedConfiguration(cluster, proxy, tables), cluster.kubeProxy.named);
    const on = cluster.firstControlPlane;
    return {
      steps: steps.map((step) => ({ ...step, on })),
      warnings: cluster.kubeProxy.named.includes('excludeCIDRs')
        ? []
        : virtualIPWarnings(cluster, proxy, tables),
      ...pending(proxy),
    };
  },
});

/** Who may have the virtual IP. */
function holdersOf({ controlPlane, controlPlanes }: ClusterArg): readonly string[] {
  return controlPlane.vip === null ? [] : controlPlanes;
}

function pending({ wantedPods, currentPods }: KubeProxyView): Pick<Plan, 'pending'> {
  if (wantedPods > 0 && currentPods >= wantedPods) return {};
  return { pending: `${currentPods} of ${wantedPods} kube-proxy pods run with the newest configuration` };
}

function documentSteps(
  proxy: KubeProxyView,
  wanted: JsonObject,
  named: readonly string[],
): readonly ExecStep[] {
  if (!isWithin(wanted, proxy.config)) return changeSteps(proxy, wanted, named);
  return [...noteSteps(proxy, named), ...restartSteps(proxy)];
}

/** What is taken out of the inventory later must be known to have been its. */
function noteSteps(proxy: KubeProxyView, named: readonly string[]): readonly ExecStep[] {
  if (listOf(named) === listOf(proxy.named ?? [])) return [];
  const note = named.length === 0 ? `${settingsAnnotation}-` : `${settingsAnnotation}=${listOf(named)}`;
  return [
    {
      kind: 'exec',
      title: "note which of kube-proxy's settings the inventory names",
      command: kubectl(cmd`annotate configmap kube-proxy --namespace=kube-system --overwrite ${note}`),
    },
  ];
}

function listOf(named: readonly string[]): string {
  return [...named].sort().join(',');
}

/** The pods may have missed a change that was interrupted. */
function restartSteps({ configHash, podsHash }: KubeProxyView): readonly ExecStep[] {
  return configHash === undefined || configHash === podsHash ? [] : [restartStep(configHash)];
}

function changeSteps(
  proxy: KubeProxyView,
  wanted: JsonObject,
  named: readonly string[],
): readonly ExecStep[] {
  const text = toYaml(merge(proxy.config, wanted));
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const notes = { [configHashAnnotation]: hash, [settingsAnnotation]: listOf(named) };
  const replace: ExecStep = {
    kind: 'exec',
    title: "change kube-proxy's configuration",
    command: kubectl(cmd`replace -f -`),
    stdin: JSON.stringify(changedConfigMap(proxy, text, notes)),
    change: {
      name: 'ConfigMap kube-system/kube-proxy',
      before: toYaml(restrictTo(wanted, proxy.config)),
      after: toYaml(wanted),
    },
  };
  return [replace, restartStep(hash)];
}

/** With the resource version that was read, so that nobody else's change is lost. */
function changedConfigMap(
  { configMap = emptyConfigMap }: KubeProxyView,
  text: string,
  notes: Readonly<Record<string, string>>,
) {
  const data = configMap['data'];
  const { annotations = {}, ...metadata } = configMap.metadata;
  return {
    ...configMap,
    metadata: { ...metadata, annotations: { ...annotations, ...notes } },
    data: { ...(isJsonObject(data) ? data : {}), [configKey]: text },
  };
}

/** `kubectl replace` says that there is nothing to replace. */
const emptyConfigMap: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kube-proxy', namespace: 'kube-system' },
};

function restartStep(hash: string): ExecStep {
  const template = { metadata: { annotations: { [configHashAnnotation]: hash } } };
  return patchStep('restart kube-proxy with its new configuration', { spec: { template } });
}

/** 1.8 is told by flags, and replaces its pods when these change. */
function flagSteps({ command }: KubeProxyView, flags: readonly string[]): readonly ExecStep[] {
  if (flags.every((flag) => command.includes(flag))) return [];
  const names = new Set(flags.map(flagName));
  const wanted = [...command.filter((word) => !names.has(flagName(word))), ...flags];
  const containers = [{ name: 'kube-proxy', command: wanted }];
  const step = patchStep("change kube-proxy's flags", { spec: { template: { spec: { containers } } } });
  const change = { name: 'DaemonSet kube-system/kube-proxy', before: toYaml(command), after: toYaml(wanted) };
  return [{ ...step, change }];
}

function flagName(word: string): string {
  return word.replace(/=.*/s, '');
}

function patchStep(title: string, patch: JsonObject): ExecStep {
  const text = JSON.stringify(patch);
  const command = kubectl(cmd`patch daemonset kube-proxy --namespace=kube-system --patch ${text}`);
  return { kind: 'exec', title, command };
}
