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

/** Each node is compared with the same answer of the API, which may be of many thousand objects. */
const views = new WeakMap<readonly KubernetesObject[], ClusterView>();

export function viewCluster(objects: readonly KubernetesObject[]): ClusterView {
  const known = views.get(objects);
  if (known !== undefined) return known;
  const view = {
    nodes: viewNodes(objects),
    services: viewServices(objects),
    endpoints: viewEndpoints(objects),
  };
  views.set(objects, view);
  return view;
}
