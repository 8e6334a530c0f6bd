// What the program wants to know of a Service object.
import type { Protocol } from '../../core/protocol.ts';
import { apiAddress } from './api-address.ts';
import {
  listAt,
  numberAt,
  ofKind,
  protocolOf,
  textAt,
  textsAt,
  valueAt,
  type KubernetesObject,
} from './object.ts';

export interface ServicePort {
  /** Empty for the only port of a Service. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** `null` when the Service has no node ports. */
  readonly nodePort: number | null;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  /** Addresses are canonical text. Empty for headless Services. */
  readonly clusterIPs: readonly string[];
  readonly externalIPs: readonly string[];
  /** Ingress addresses that kube-proxy serves, so without those of `ipMode: Proxy`. */
  readonly loadBalancerIPs: readonly string[];
  readonly ports: readonly ServicePort[];
  /** Seconds a client sticks to an endpoint; `null` without session affinity. */
  readonly affinitySeconds: number | null;
  /** Whether traffic from outside goes to endpoints of the same node only. */
  readonly isExternalTrafficLocal: boolean;
  /** Whether traffic from inside goes to endpoints of the same node only. */
  readonly isInternalTrafficLocal: boolean;
  /** Labelled for another proxy than kube-proxy. */
  readonly isOfOtherProxy: boolean;
  /** Labelled headless, whatever cluster IP it has. */
  readonly isMarkedHeadless: boolean;
  /** Annotations that ask for endpoints of the own zone, the older one and the newer; null without. */
  readonly topologyAwareHints: string | null;
  readonly topologyMode: string | null;
}

const defaultAffinitySeconds = 10_800;

/** All Services, in the API's order. */
export function viewServices(objects: readonly KubernetesObject[]): readonly Service[] {
  return ofKind(objects, 'Service').map(viewService);
}

function viewService(service: KubernetesObject): Service {
  const { labels = {}, annotations = {} } = service.metadata;
  return {
    namespace: service.metadata.namespace ?? 'default',
    name: service.metadata.name,
    type: textAt(service, 'spec', 'type') ?? 'ClusterIP',
    clusterIPs: clusterIPs(service),
    externalIPs: textsAt(service, 'spec', 'externalIPs').map(apiAddress),
    loadBalancerIPs: listAt(service, 'status', 'loadBalancer', 'ingress')
      .filter((ingress) => textAt(ingress, 'ipMode') !== 'Proxy')
      .flatMap((ingress) => textAt(ingress, 'ip') || [])
      .map(apiAddress),
    ports: listAt(service, 'spec', 'ports').map(viewPort),
    affinitySeconds: affinitySeconds(service),
    isExternalTrafficLocal: textAt(service, 'spec', 'externalTrafficPolicy') === 'Local',
    isInternalTrafficLocal: textAt(service, 'spec', 'internalTrafficPolicy') === 'Local',
    isOfOtherProxy: 'service.kubernetes.io/service-proxy-name' in labels,
    isMarkedHeadless: 'service.kubernetes.io/headless' in labels,
    topologyAwareHints: annotations['service.kubernetes.io/topology-aware-hints'] ?? null,
    topologyMode: annotations['service.kubernetes.io/topology-mode'] ?? null,
  };
}

/** clusterIPs came with dual-stack in 1.20; clusterIP is there in every version. */
function clusterIPs(service: KubernetesObject): readonly string[] {
  const all =
    valueAt(service, 'spec', 'clusterIPs') === undefined
      ? [textAt(service, 'spec', 'clusterIP') ?? '']
      : textsAt(service, 'spec', 'clusterIPs');
  return all.filter((address) => address !== '' && address !== 'None').map(apiAddress);
}

function affinitySeconds(service: KubernetesObject): number | null {
  if (textAt(service, 'spec', 'sessionAffinity') !== 'ClientIP') return null;
  return (
    numberAt(service, 'spec', 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds') ?? defaultAffinitySeconds
  );
}

function viewPort(port: unknown): ServicePort {
  return {
    name: textAt(port, 'name') ?? '',
    protocol: protocolOf(port),
    port: numberAt(port, 'port') ?? 0,
    nodePort: numberAt(port, 'nodePort') ?? null,
  };
}
