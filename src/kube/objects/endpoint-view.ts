// What the program wants to know of endpoints, the same from EndpointSlice and from Endpoints objects.
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

/** One address and port that may serve a Service. */
export interface Endpoint {
  readonly namespace: string;
  readonly service: string;
  /** Name of the Service's port; empty for the only one. */
  readonly portName: string;
  readonly protocol: Protocol;
  /** Canonical text. */
  readonly address: string;
  readonly port: number;
  /** The node it runs on, where the API tells. */
  readonly node: string | null;
  /** The pod that it is, where the API tells. */
  readonly pod: string | null;
  readonly isReady: boolean;
  /** Still answers while it terminates; also where the API does not tell. */
  readonly isServing: boolean;
  readonly isTerminating: boolean;
  /** The zones and nodes whose traffic it is meant for; empty where the API does not tell. */
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

/** All endpoints of EndpointSlices, or where there are none, of Endpoints objects. */
export function viewEndpoints(objects: readonly KubernetesObject[]): readonly Endpoint[] {
  const slices = ofKind(objects, 'EndpointSlice');
  return slices.length > 0 ? slices.flatMap(viewSlice) : ofKind(objects, 'Endpoints').flatMap(viewClassic);
}

/** The addresses of a Service that are ready, each once whatever its ports. */
export function readyAddresses(
  endpoints: readonly Endpoint[],
  { namespace, name }: { readonly namespace: string; readonly name: string },
): ReadonlySet<string> {
  const own = endpoints.filter((one) => one.namespace === namespace && one.service === name && one.isReady);
  return new Set(own.map(({ address }) => address));
}

type Address = Omit<Endpoint, 'namespace' | 'service' | 'portName' | 'protocol' | 'port'>;

function viewSlice(slice: KubernetesObject): readonly Endpoint[] {
  const service = slice.metadata.labels?.['kubernetes.io/service-name'];
  // Nobody balances the names of hosts.
  if (service === undefined || textAt(slice, 'addressType') === 'FQDN') return [];
  const addresses = listAt(slice, 'endpoints').flatMap(sliceAddresses);
  return combine(slice, service, listAt(slice, 'ports'), addresses);
}

/** What conditions do not say: ready and serving, and not terminating. Of several addresses kube-proxy takes the first. */
function sliceAddresses(endpoint: unknown): readonly Address[] {
  const [address] = textsAt(endpoint, 'addresses');
  if (address === undefined) return [];
  const state = {
    address: apiAddress(address),
    // v1beta1 names the node in the topology.
    node: textAt(endpoint, 'nodeName') ?? textAt(endpoint, 'topology', 'kubernetes.io/hostname') ?? null,
    pod: podOf(endpoint),
    isReady: valueAt(endpoint, 'conditions', 'ready') !== false,
    isServing: valueAt(endpoint, 'conditions', 'serving') !== false,
    isTerminating: valueAt(endpoint, 'conditions', 'terminating') === true,
    zoneHints: hintsAt(endpoint, 'forZones'),
    nodeHints: hintsAt(endpoint, 'forNodes'),
  };
  return [state];
}

function hintsAt(endpoint: unknown, key: 'forZones' | 'forNodes'): readonly string[] {
  return listAt(endpoint, 'hints', key).flatMap((hint) => textAt(hint, 'name') ?? []);
}

function viewClassic(endpoints: KubernetesObject): readonly Endpoint[] {
  return listAt(endpoints, 'subsets').flatMap((subset) => {
    const addresses = [
      ...listAt(subset, 'addresses').map((address) => classicAddress(address, true)),
      ...listAt(subset, 'notReadyAddresses').map((address) => classicAddress(address, false)),
    ];
    return combine(endpoints, endpoints.metadata.name, listAt(subset, 'ports'), addresses);
  });
}

function classicAddress(address: unknown, isReady: boolean): Address {
  const [node, pod] = [textAt(address, 'nodeName') ?? null, podOf(address)];
  const state = { isReady, isServing: isReady, isTerminating: false, zoneHints: [], nodeHints: [] };
  return { address: apiAddress(textAt(address, 'ip') ?? ''), node, pod, ...state };
}

function podOf(endpoint: unknown): string | null {
  const isPod = textAt(endpoint, 'targetRef', 'kind') === 'Pod';
  return isPod ? (textAt(endpoint, 'targetRef', 'name') ?? null) : null;
}

function combine(
  object: KubernetesObject,
  service: string,
  ports: readonly unknown[],
  addresses: readonly Address[],
): readonly Endpoint[] {
  const namespace = object.metadata.namespace ?? 'default';
  return ports.flatMap((port) => {
    // Without a number all ports are meant, which kube-proxy cannot do; some tools write 0.
    const number = numberAt(port, 'port') ?? 0;
    if (number === 0) return [];
    const common = {
      namespace,
      service,
      portName: textAt(port, 'name') ?? '',
      protocol: protocolOf(port),
      port: number,
    };
    return addresses.map((address) => ({ ...common, ...address }));
  });
}
