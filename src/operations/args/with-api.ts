// Plans that are made from the API's objects.
import { ask } from '../../facts/fact.ts';
import { apiObjects, awaitedApi } from '../../facts/kubernetes/api-objects.ts';
import type { KubernetesObject } from '../../kube/objects/object.ts';
import type { FactNeed, FactReader, Plan } from '../operation.ts';
import type { ClusterArg } from './cluster.ts';

/** Which API is asked; see `apiArgs`. */
export interface ApiPlace {
  readonly from: string;
  readonly version: string;
}

/** The API of the cluster's first control plane. */
export function apiOf({ firstControlPlane, kubernetes }: ClusterArg): ApiPlace {
  return { from: firstControlPlane, version: kubernetes.version };
}

/** What `withApi` needs to know. */
export function apiNeeds({ from, version }: ApiPlace): readonly FactNeed[] {
  return [{ query: ask(apiObjects, { version }), host: from }];
}

/** The plan for the objects that the API has; without an API `absent`, by default a plan that waits for it. */
export function withApi(
  { from, version }: ApiPlace,
  facts: FactReader,
  plan: (objects: readonly KubernetesObject[]) => Plan,
  absent?: Plan,
): Plan {
  const api = facts.get(ask(apiObjects, { version }), from);
  if (api.reachable) return plan(api.items);
  return absent ?? { steps: [], pending: awaitedApi(api) };
}
