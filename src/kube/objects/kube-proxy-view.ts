// What the program wants to know of the kube-proxy that runs: its ConfigMap and its DaemonSet.
import { parseYaml } from './cluster-configuration-view.ts';
import {
  listAt,
  numberAt,
  ofKind,
  textAt,
  textsAt,
  type JsonObject,
  type KubernetesObject,
} from './object.ts';

/** Put on the ConfigMap that this program has changed, and on the pods that have read it. */
export const configHashAnnotation = 'ipvs-bootstrap.io/config-hash';

/** Put on the ConfigMap: the settings that the inventory named when it was changed last. */
export const settingsAnnotation = 'ipvs-bootstrap.io/settings';

/** The key of kube-proxy's configuration in its ConfigMap. */
export const configKey = 'config.conf';

export interface KubeProxyView {
  /** Undefined when there is none, as before 1.9. */
  readonly configMap: KubernetesObject | undefined;
  /** The configuration in it. */
  readonly config: JsonObject;
  readonly configHash: string | undefined;
  /** The settings that the inventory named the last time; undefined when nobody has noted them. */
  readonly named: readonly string[] | undefined;
  /** The hash that the pods were last restarted for. */
  readonly podsHash: string | undefined;
  /** Program and flags of the pods. */
  readonly command: readonly string[];
  readonly wantedPods: number;
  /** Pods of the newest template that are ready. */
  readonly currentPods: number;
}

/** Undefined as long as there is no DaemonSet. */
export function viewKubeProxy(objects: readonly KubernetesObject[]): KubeProxyView | undefined {
  const named = (kind: string) =>
    ofKind(objects, kind).find(({ metadata }) => metadata.name === 'kube-proxy');
  const daemonSet = named('DaemonSet');
  const configMap = named('ConfigMap');
  if (daemonSet === undefined) return undefined;
  const template = ['spec', 'template'];
  return {
    configMap,
    config: parseYaml(textAt(configMap, 'data', configKey)),
    configHash: configMap?.metadata.annotations?.[configHashAnnotation],
    named: configMap?.metadata.annotations?.[settingsAnnotation]?.split(',').filter(Boolean),
    podsHash: textAt(daemonSet, ...template, 'metadata', 'annotations', configHashAnnotation),
    command: textsAt(listAt(daemonSet, ...template, 'spec', 'containers')[0], 'command'),
    ...viewRollout(daemonSet),
  };
}

function viewRollout(daemonSet: KubernetesObject): Pick<KubeProxyView, 'wantedPods' | 'currentPods'> {
  const status = (key: string) => numberAt(daemonSet, 'status', key) ?? 0;
  const wantedPods = status('desiredNumberScheduled');
  // Until the controller has seen the newest template, no pod is of it.
  const isSeen = status('observedGeneration') >= (numberAt(daemonSet, 'metadata', 'generation') ?? 0);
  const currentPods = isSeen ? Math.min(status('updatedNumberScheduled'), status('numberReady')) : 0;
  return { wantedPods, currentPods };
}
