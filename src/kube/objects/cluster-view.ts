// What the API says of a cluster, as far as its balancing is concerned.
import { viewEndpoints, type Endpoint } from './endpoint-view.ts';
import { viewNodes, type NodeView } from './node-view.ts';
import type { KubernetesObject } from './object.ts';
import { viewServices, type Service } from './service-view.ts';

export interface ClusterView {
  readonly nodes: readonly NodeView[];
  readonly services: readonly Service[];
  readonly endpoints: readonly Endpoint[];
}

export function viewCluster(objects: readonly KubernetesObject[]): ClusterView {
  return { nodes: viewNodes(objects), services: viewServices(objects), endpoints: viewEndpoints(objects) };
}
