// What the program wants to know of kubeadm's record of a cluster, the ConfigMap kubeadm-config.
import { parse } from 'yaml';
import { ofKind, textAt, type JsonObject, isJsonObject, type KubernetesObject } from './object.ts';

export interface ClusterConfigurationView {
  /** Undefined where that kubeadm records none. */
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly podCIDR: string | undefined;
  readonly serviceCIDR: string | undefined;
  readonly endpoint: string | undefined;
  /** Whether the controller manager was told not to elect a leader: right for one control plane only. */
  readonly hasNoLeaderElection: boolean;
}

/** Undefined as long as there is no record. */
export function viewClusterConfiguration(
  objects: readonly KubernetesObject[],
): ClusterConfigurationView | undefined {
  const configMap = ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === 'kubeadm-config');
  if (configMap === undefined) return undefined;
  // One document to 1.11, called after its kind as later ones are.
  const text =
    textAt(configMap, 'data', 'ClusterConfiguration') ?? textAt(configMap, 'data', 'MasterConfiguration');
  return viewDocument(parseYaml(text));
}

function viewDocument(document: JsonObject): ClusterConfigurationView {
  return {
    name: textAt(document, 'clusterName'),
    version: textAt(document, 'kubernetesVersion'),
    podCIDR: textAt(document, 'networking', 'podSubnet'),
    serviceCIDR: textAt(document, 'networking', 'serviceSubnet'),
    endpoint: textAt(document, 'controlPlaneEndpoint') ?? textAt(document, 'api', 'controlPlaneEndpoint'),
    hasNoLeaderElection: leaderElectFlag(document) === 'false',
  };
}

/** A map of flags to v1beta3, a list from v1beta4. */
function leaderElectFlag(document: JsonObject): string | undefined {
  const manager = document['controllerManager'];
  const args = isJsonObject(manager) ? manager['extraArgs'] : document['controllerManagerExtraArgs'];
  if (!Array.isArray(args)) return textAt(args, 'leader-elect');
  const flag: unknown = args.find((item) => textAt(item, 'name') === 'leader-elect');
  return textAt(flag, 'value');
}

/** A document inside a ConfigMap; empty when it is missing or unreadable. */
export function parseYaml(text: string | undefined): JsonObject {
  if (text === undefined) return {};
  try {
    const value: unknown = parse(text, { version: '1.1' });
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
