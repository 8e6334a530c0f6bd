// The picture's rows: for each external address, the nodes that serve it alike, so that many nodes stay readable.
import { groupBy } from '../../core/group-by.ts';
import { formatEndpoint } from '../../core/ip.ts';
import type { Finding, NodeReport, Proof } from './proof.ts';

type Address = NodeReport['externalAddresses'][number];
export type Backend = Address['backends'][number];

/** A real server of a group, with the connections of all its nodes. */
export interface GroupBackend extends Backend {
  readonly findings: readonly Finding[];
}

/** Nodes that hold and serve an address in the same way. */
export interface NodeGroup {
  readonly nodes: readonly string[];
  readonly scheduler: string | null;
  readonly heldOn: readonly string[];
  readonly backends: readonly GroupBackend[];
  /** About the address on these nodes, but not about a real server. */
  readonly findings: readonly Finding[];
}

export interface DrawnAddress {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  readonly services: readonly string[];
  readonly groups: readonly NodeGroup[];
  /** About the address as a whole, or found from elsewhere than from one of the nodes. */
  readonly findings: readonly Finding[];
}

/** All addresses that any node reported; those with findings stand where they are, in order of address. */
export function drawnAddresses({ nodes, findings }: Proof): readonly DrawnAddress[] {
  const all = nodes.flatMap(({ node, externalAddresses }) =>
    externalAddresses.map((address) => ({ node, address })),
  );
  const byKey = groupBy(all, ({ address }) => keyOf(address));
  return [...byKey.values()].map((places) => {
    const [first] = places;
    const { protocol, address, port, services } = first.address;
    const about = findings.filter((finding) => isAbout(finding, first.address));
    const nodesOf = new Set<string | null>(places.map(({ node }) => node));
    const others = about.filter(({ node }) => !nodesOf.has(node));
    return { protocol, address, port, services, groups: groupAlike(places, about), findings: others };
  });
}

function keyOf({ protocol, address, port }: Address): string {
  return `${protocol} ${address} ${port}`;
}

/** A finding about an address as such, not about one of its ports, is about all of them. */
function isAbout(finding: Finding, { protocol, address, port }: Address): boolean {
  return (
    finding.address === address &&
    (finding.port ?? port) === port &&
    (finding.protocol ?? protocol) === protocol
  );
}

function groupAlike(
  places: readonly { readonly node: string; readonly address: Address }[],
  findings: readonly Finding[],
): readonly NodeGroup[] {
  const groups = new Map<string, NodeGroup>();
  for (const { node, address } of places) {
    const own = findings.filter((finding) => finding.node === node);
    const key = JSON.stringify([
      address.scheduler,
      address.heldOn,
      address.backends.map((one) => [one.address, one.port, one.weight]),
      own.map((one) => [one.kind, one.realServer, one.expected, one.actual]),
    ]);
    const group = groupOf(node, address, own);
    const known = groups.get(key);
    groups.set(key, known === undefined ? group : merged(known, group));
  }
  return [...groups.values()].toSorted((one, other) => Number(isBad(one)) - Number(isBad(other)));
}

function groupOf(
  node: string,
  { scheduler, heldOn, backends }: Address,
  findings: readonly Finding[],
): NodeGroup {
  const known = new Set(backends.map(endpointOf));
  return {
    nodes: [node],
    scheduler,
    heldOn,
    backends: backends.map((backend) => ({
      ...backend,
      findings: findings.filter(({ realServer }) => realServer === endpointOf(backend)),
    })),
    findings: findings.filter(({ realServer }) => realServer === null || !known.has(realServer)),
  };
}

function merged(group: NodeGroup, other: NodeGroup): NodeGroup {
  const backends = group.backends.map((backend, index) => {
    const more = other.backends[index];
    return {
      ...backend,
      active: backend.active + (more?.active ?? 0),
      inactive: backend.inactive + (more?.inactive ?? 0),
      findings: [...backend.findings, ...(more?.findings ?? [])],
    };
  });
  const findings = [...group.findings, ...other.findings];
  return { ...group, nodes: [...group.nodes, ...other.nodes], backends, findings };
}

export function isBad({ findings, backends }: NodeGroup): boolean {
  return findings.length > 0 || backends.some((backend) => backend.findings.length > 0);
}

/** `10.244.0.5:80`, as findings name real servers. */
export function endpointOf({ address, port }: Pick<Backend, 'address' | 'port'>): string {
  return formatEndpoint(address, port);
}
