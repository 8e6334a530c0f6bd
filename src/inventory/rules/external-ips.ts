// Rules about external IPs: each is free, comes from the pool, and belongs to one namespace.
import { formatIp, rangeContains, type IpAddress } from '../../core/ip.ts';
import { addressClaims, familyName, isLoopback, unusableAddress, type Claim } from '../claims.ts';
import type { Placed } from '../entry.ts';
import { finding, repeated, type Finding } from '../finding.ts';
import type { Outline, OutlineService } from '../outline.ts';
import { clusterNetworks } from './networks.ts';

/** Why a taken address must not be an external IP: on every node kube-proxy makes it an address of its own. */
const collisionHints: Readonly<Record<Claim['kind'], string>> = {
  host: 'Every node would take the host’s address for its own, and the host would be cut off.',
  vip: 'Every node would take the API’s address for its own and lose the API.',
};

interface Use extends Placed<IpAddress> {
  readonly namespace: Placed<string> | undefined;
  readonly service: OutlineService;
}

export function* externalIPsFree(outline: Outline): Generator<Finding> {
  const claims = new Map(addressClaims(outline).map((claim) => [formatIp(claim.value), claim]));
  for (const { value, path } of uses(outline)) {
    const claim = claims.get(formatIp(value));
    if (claim !== undefined) {
      yield finding(`the external IP ${formatIp(value)} is ${claim.what}`, path, {
        other: claim.path,
        hint: collisionHints[claim.kind],
      });
    }
    for (const network of clusterNetworks(outline)) {
      if (!rangeContains(network.value, value)) continue;
      const message = `the external IP ${formatIp(value)} is inside ${network.what}`;
      yield finding(message, path, { other: network.path });
    }
  }
}

export function* externalIPsUsable(outline: Outline): Generator<Finding> {
  const [host] = addressClaims(outline);
  for (const { value, path } of uses(outline)) {
    const problem = unusableAddress(value) ?? (isLoopback(value) ? 'a loopback address' : undefined);
    if (problem !== undefined) {
      yield finding(`the external IP ${formatIp(value)} is ${problem}`, path);
    } else if (host !== undefined && value.family !== host.value.family) {
      const message = `the external IP ${formatIp(value)} is ${familyName(value)}, but ${host.what} is ${familyName(host.value)}`;
      yield finding(message, path, { other: host.path });
    }
  }
}

export function* externalIPsInPool(outline: Outline): Generator<Finding> {
  const { pool, isComplete, root } = outline;
  if (pool.length === 0 && (root.get('externalIPs', 'pool').isThere || !isComplete)) return;
  for (const { value, path } of uses(outline)) {
    const address = formatIp(value);
    const entries = pool.filter(({ value: entry }) => rangeContains(entry.range, value));
    if (pool.length === 0) {
      yield finding(`there is no pool that the external IP ${address} could come from`, path, {
        hint: `Add "externalIPs: { pool: [${address}] }" at the top level.`,
      });
    } else if (entries.length === 0) {
      yield finding(`the external IP ${address} is not in the pool`, path, {
        other: ['externalIPs', 'pool'],
      });
    }
    for (const entry of entries) {
      const edge = networkEdge(value, entry.value.cidr);
      if (edge === undefined) continue;
      yield finding(`the external IP ${address} is the ${edge} of its pool`, path, { other: entry.path });
    }
  }
}

/** The first and, in IPv4, the last address of a network mean the network; networks of one or two have neither. */
function networkEdge(value: IpAddress, cidr: Outline['pool'][number]['value']['cidr']): string | undefined {
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
export function* externalPorts(outline: Outline): Generator<Finding> {
  for (const { services } of outline.workloads) {
    const ports = services.flatMap(({ externalIPs, port, protocol }) =>
      port === undefined
        ? []
        : [...new Set(externalIPs.map(({ value }) => formatIp(value)))].map((address) => ({
            value: `port ${port.value}/${protocol} of ${address}`,
            path: port.path,
          })),
    );
    for (const { first, again } of repeated(ports, (text) => text)) {
      yield finding(`another service already has ${again.value}`, again.path, { other: first.path });
    }
  }
}

function uses({ workloads }: Outline): Use[] {
  return workloads.flatMap(({ namespace, services }) =>
    services.flatMap((service) => service.externalIPs.map((address) => ({ ...address, namespace, service }))),
  );
}
