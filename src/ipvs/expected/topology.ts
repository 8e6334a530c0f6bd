// Endpoints near a node, as the hints of EndpointSlices name them: topology aware routing and trafficDistribution.
import type { Endpoint } from '../../kube/objects/endpoint-view.ts';
import type { Service } from '../../kube/objects/service-view.ts';
import type { ProxyRules } from './proxy-rules.ts';

/** Where a node is. */
export interface Place {
  readonly node: string;
  /** Null for a node without a zone. */
  readonly zone: string | null;
}

/**
 * Of ready endpoints those that are meant for the node, or else for its zone. Hints count only where every endpoint has
 * one and at least one names the node or the zone; else all endpoints are near enough.
 */
export function nearEndpoints(
  ready: readonly Endpoint[],
  service: Pick<Service, 'topologyAwareHints' | 'topologyMode'>,
  { node, zone }: Place,
  rules: ProxyRules,
): readonly Endpoint[] {
  if (!heedsHints(service, rules)) return ready;
  const onNode = rules.heedsNodeHints ? meantFor(ready, ({ nodeHints }) => nodeHints, node) : undefined;
  return onNode ?? meantFor(ready, ({ zoneHints }) => zoneHints, zone) ?? ready;
}

/** Undefined when the hints do not count. */
function meantFor(
  ready: readonly Endpoint[],
  hintsOf: (endpoint: Endpoint) => readonly string[],
  place: string | null,
): readonly Endpoint[] | undefined {
  if (place === null || ready.some((endpoint) => hintsOf(endpoint).length === 0)) return undefined;
  const meant = ready.filter((endpoint) => hintsOf(endpoint).includes(place));
  return meant.length === 0 ? undefined : meant;
}

function heedsHints(
  { topologyAwareHints, topologyMode }: Pick<Service, 'topologyAwareHints' | 'topologyMode'>,
  { heedsZoneHints }: ProxyRules,
): boolean {
  switch (heedsZoneHints) {
    case 'never':
      return false;
    case 'always':
      return true;
    case 'if-auto':
      return ['Auto', 'auto'].includes(topologyAwareHints ?? '');
    case 'if-annotated':
      return !['', 'disabled', 'Disabled'].includes(topologyAwareHints ?? topologyMode ?? '');
  }
}
