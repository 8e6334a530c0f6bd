// What the expected table is made from: Services, endpoints and one node, as far as kube-proxy looks at them.
import type { Protocol } from './table/model.ts';

export interface ServicePort {
  /** Empty for a Service's only port. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly nodePort: number | null;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  /** `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`. */
  readonly type: string;
  /** One per family; empty for a headless Service. */
  readonly clusterIPs: readonly string[];
  readonly externalIPs: readonly string[];
  /** Ingress addresses that nodes serve themselves. */
  readonly loadBalancerIPs: readonly string[];
  readonly ports: readonly ServicePort[];
  /** How long a client sticks to an endpoint; `null` without session affinity. */
  readonly affinitySeconds: number | null;
  readonly isExternalTrafficLocal: boolean;
  readonly isInternalTrafficLocal: boolean;
  /** Labelled for another proxy than kube-proxy (`service.kubernetes.io/service-proxy-name`). */
  readonly isOfOtherProxy?: boolean;
  /** Labelled headless (`service.kubernetes.io/headless`), whatever cluster IP it has. */
  readonly isMarkedHeadless?: boolean;
}

/** One address and port of one Service port. */
export interface Endpoint {
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
  /** Name of the node it is on, where the API tells. */
  readonly node: string | null;
  /** Name of the pod that it is, where the API tells. */
  readonly pod?: string | null;
  readonly isReady: boolean;
  readonly isServing: boolean;
  readonly isTerminating: boolean;
}

/** Whose virtual server it is. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** `user-a-ns/nginx` */
export function formatServiceName({ namespace, name }: ServiceName): string {
  return `${namespace}/${name}`;
}
