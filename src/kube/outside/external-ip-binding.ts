// Who makes the external IPs addresses of the nodes: kube-proxy on all of them, or this program on one for each.
import type { InterfaceChoices } from './interface-choice.ts';
import { has } from '../version-facts.ts';
import type { KubernetesVersion } from '../version.ts';

export interface BoundAddress {
  readonly address: string;
  /** The nodes that may have it, the one that shall have it first; each takes over when those before it are gone. */
  readonly candidates: readonly string[];
}

/** Clients reach the addresses on the chosen interfaces. */
export interface ExternalIPBinding extends InterfaceChoices {
  /** `interface`: this program binds each address on one node. Only where there are external IPs. */
  readonly by: 'kube-proxy' | 'interface';
  /** Whether kube-proxy puts them on kube-ipvs0 of every node, whoever else binds them. */
  readonly kubeProxyBinds: boolean;
  readonly addresses: readonly BoundAddress[];
}

export interface BindingRequest {
  readonly version: KubernetesVersion;
  readonly bind: ExternalIPBinding['by'];
  readonly choices: InterfaceChoices;
  /** In the order of the inventory; so are the nodes. */
  readonly addresses: readonly string[];
  readonly nodes: readonly string[];
}

/** More would cost packets and help nobody: when eight nodes are gone, so is the cluster. */
const maxCandidates = 8;

/** Up to 1.10 kube-proxy does not bind, so this program does, whatever was asked for. */
export function externalIPBinding({ version, bind, ...request }: BindingRequest): ExternalIPBinding {
  const kubeProxyBinds = has(version, 'bindsExternalIPs');
  const isOurs = bind === 'interface' || !kubeProxyBinds;
  return {
    by: isOurs && request.addresses.length > 0 ? 'interface' : 'kube-proxy',
    kubeProxyBinds,
    ...request.choices,
    addresses: spreadAddresses(request.addresses, request.nodes),
  };
}

/** Each node in turn gets an address; what a dead node had goes to different others. */
export function spreadAddresses(
  addresses: readonly string[],
  nodes: readonly string[],
): readonly BoundAddress[] {
  return addresses.map((address, index) => {
    const [owner, ...others] = rotate(nodes, index);
    const next = rotate(others, Math.floor(index / nodes.length));
    const candidates = owner === undefined ? [] : [owner, ...next].slice(0, maxCandidates);
    return { address, candidates };
  });
}

function rotate<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
