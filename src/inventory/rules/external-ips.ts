// Rules about external IPs: each is usable, free, from the pool, and belongs to one namespace.
import { formatIp, rangeContains, type Cidr, type IpAddress } from '../../core/ip.ts';
import { addressClaims, familyName, isLoopback, unusableAddress, type Claim } from './claims.ts';
import type { Placed } from './entry.ts';
import { finding, repeated, type Finding } from './finding.ts';
import { familyExample, hasBothFamilies } from './families.ts';
import { outerNetworks, type ClusterNetwork } from './networks.ts';
import type { Outline, OutlineService } from './outline.ts';

/** Why a taken address must not be an external IP: kube-proxy makes it a local address of every node. */
const collisionHints: Readonly<Record<Claim['kind'], string>> = {
  host: 'Every node would take the host’s address for its own, and the host would be cut off.',
  vip: 'Every node would take the API’s address for its own and lose the API.',
};

interface Use extends Placed<IpAddress> {
  readonly namespace: Placed<string> | undefined;
  readonly service: OutlineService;
}

/** Each address by itself. One that can never be an external IP is not also said to be missing in the pool. */
export function* externalIPs(outline: Outline): Generator<Finding> {
  const claims = addressClaims(outline);
  const claimsByAddress = new Map(claims.map((claim) => [formatIp(claim.value), claim]));
  const networks = outerNetworks(outline);
  const example = hasBothFamilies(outline) ? undefined : familyExample(outline);
  for (const use of uses(outline)) {
    const problems = [...unusable(use, example), ...collisions(use, claimsByAddress, networks)];
    yield* problems.length > 0 ? problems : poolProblems(use, outline);
  }
}

function* unusable({ value, path }: Use, example: ReturnType<typeof familyExample>): Generator<Finding> {
  const name = `the external IP ${formatIp(value)}`;
  const problem = unusableAddress(value) ?? (isLoopback(value) ? 'a loopback address' : undefined);
  if (problem !== undefined) {
    yield finding(`${name} is ${problem}`, path);
  } else if (example !== undefined && value.family !== example.value.family) {
    const message = `${name} is ${familyName(value)}, but ${example.what} is ${familyName(example.value)}`;
    yield finding(message, path, { other: example.path });
  }
}

function* collisions(
  { value, path }: Use,
  claims: ReadonlyMap<string, Claim>,
  networks: readonly ClusterNetwork[],
): Generator<Finding> {
  const name = `the external IP ${formatIp(value)}`;
  const claim = claims.get(formatIp(value));
  if (claim !== undefined) {
    yield finding(`${name} is ${claim.what}`, path, { other: claim.path, hint: collisionHints[claim.kind] });
  }
  for (const network of networks) {
    if (!rangeContains(network.value, value)) continue;
    yield finding(`${name} is inside ${network.what}`, path, { other: network.path });
  }
}

function* poolProblems({ value, path }: Use, { pool, root, isComplete }: Outline): Generator<Finding> {
  const address = formatIp(value);
  const poolPath = ['externalIPs', 'pool'];
  if (!root.get(...poolPath).isThere) {
    if (!isComplete) return;
    yield finding(`there is no pool that the external IP ${address} could come from`, path, {
      hint: `Add "externalIPs: { pool: [${address}] }" at the top level.`,
    });
    return;
  }
  const entries = pool.filter(({ value: entry }) => rangeContains(entry.range, value));
  // An unreadable entry may be the one that has it.
  if (entries.length === 0 && pool.length === root.get(...poolPath).items().length) {
    yield finding(`the external IP ${address} is not in the pool`, path, { other: poolPath });
  }
  for (const entry of entries) {
    const edge = networkEdge(value, entry.value.cidr);
    if (edge === undefined) continue;
    yield finding(`the external IP ${address} is the ${edge} of its pool`, path, { other: entry.path });
  }
}

/** The first and, in IPv4, the last address of a network mean the network; networks of one or two have neither. */
function networkEdge(value: IpAddress, cidr: Cidr | undefined): string | undefined {
  if (cidr === undefined || cidr.last - cidr.first < 2n) return undefined;
  if (value.value === cidr.first) return 'network address';
  return value.family === 4 && value.value === cidr.last ? 'broadcast address' : undefined;
}

export function* externalIPsOfOneNamespace(outline: Outline): Generator<Finding> {
  const owners = new Map<string, Use>();
  for (const use of uses(outline)) {
    const address = formatIp(use.value);
    const owner = owners.get(address);
    if (owner === undefined) owners.set(address, use);
    else yield* sharedUse(address, owner, use);
  }
}

function* sharedUse(address: string, first: Use, again: Use): Generator<Finding> {
  const owner = first.namespace?.value;
  if (first.service === again.service) {
    yield finding(`the external IP ${address} is given twice`, again.path, { other: first.path });
  } else if (owner !== undefined && again.namespace !== undefined && owner !== again.namespace.value) {
    yield finding(`the external IP ${address} already belongs to namespace "${owner}"`, again.path, {
      other: first.path,
      hint: 'Every namespace needs external IPs of its own.',
    });
  }
}

/** Two Services of a namespace may share an address, but not an address and port. */
export function* externalPorts({ workloads }: Outline): Generator<Finding> {
  for (const { services } of workloads) {
    for (const { first, again } of repeated(services.flatMap(portsOf), (text) => text)) {
      yield finding(`another service already has ${again.value}`, again.path, { other: first.path });
    }
  }
}

function portsOf({ externalIPs: addresses, port, protocol }: OutlineService): Placed<string>[] {
  if (port === undefined) return [];
  const different = new Set(addresses.map(({ value }) => formatIp(value)));
  return [...different].map((address) => ({
    value: `port ${port.value}/${protocol} of ${address}`,
    path: port.path,
  }));
}

function uses({ workloads }: Outline): Use[] {
  return workloads.flatMap(({ namespace, services }) =>
    services.flatMap((service) => service.externalIPs.map((address) => ({ ...address, namespace, service }))),
  );
}
