// Which endpoints of a Service port one node sends traffic to.
import type { Endpoint } from '../../kube/objects/endpoint-view.ts';
import type { Service } from '../../kube/objects/service-view.ts';
import type { ProxyRules } from './proxy-rules.ts';
import { nearEndpoints, type Place } from './topology.ts';

/** Endpoints of one Service port, asked by traffic policy. */
export interface ServingEndpoints {
  /** For traffic that may go anywhere. */
  readonly cluster: readonly Endpoint[];
  /** For traffic that stays on the node. */
  readonly local: readonly Endpoint[];
}

/** @param endpoints Those of one Service port and one address family. */
export function servingEndpoints(
  endpoints: readonly Endpoint[],
  service: Service,
  place: Place,
  rules: ProxyRules,
): ServingEndpoints {
  const cluster = usable(endpoints, rules);
  const local = usable(
    endpoints.filter((endpoint) => endpoint.node === place.node),
    rules,
  );
  // Those that terminate are a last resort, wherever they are.
  const isLastResort = cluster.some(({ isReady }) => !isReady);
  return { cluster: isLastResort ? cluster : nearEndpoints(cluster, service, place, rules), local };
}

/**
 * The endpoints for traffic under a Local policy. From 1.24 a node without any takes all of them, so that its own pods
 * are served; but not for a Service that nobody outside can reach.
 */
export function underLocalPolicy(
  { cluster, local }: ServingEndpoints,
  isReachableFromOutside: boolean,
  rules: ProxyRules,
): readonly Endpoint[] {
  return local.length === 0 && rules.localPolicyFallsBack && isReachableFromOutside ? cluster : local;
}

/** The ready ones; where there is none, newer versions take those that still serve while they terminate. */
function usable(endpoints: readonly Endpoint[], rules: ProxyRules): readonly Endpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.isReady);
  if (ready.length > 0 || !rules.usesTerminatingEndpoints) return ready;
  return endpoints.filter((endpoint) => endpoint.isServing && endpoint.isTerminating);
}
