// Rules about the cluster's networks: apart from each other and from the hosts, of one family, of a usable size.
import { addressBits, formatCidr, formatIp, rangeContains, rangesOverlap, type Cidr } from '../../core/ip.ts';
import { addressClaims, familyName, isExample, isLoopback, unusableAddress } from '../claims.ts';
import type { Placed } from '../entry.ts';
import { finding, type Finding } from '../finding.ts';
import type { Outline } from '../outline.ts';

/** kubeadm gives every node a network of this prefix out of the pod network. */
const nodePrefix = { 4: 24, 6: 64 } as const;
/** The controller manager gives out at most 2^16 node networks. */
const maxNodeBits = 16;
/** The API server keeps a bitmap of the service network: at most 2^20 addresses. */
const maxServiceBits = 20;
/** kubeadm wants room for ten addresses. */
const minServiceBits = 4;

export function* networksApart(outline: Outline): Generator<Finding> {
  const [pods, services] = clusterNetworks(outline);
  if (pods === undefined || services === undefined || !rangesOverlap(pods.value, services.value)) return;
  yield finding(`${services.what} and ${pods.what} overlap`, services.path, {
    other: pods.path,
    hint: 'Take networks that have no address in common.',
  });
}

export function* hostsOutsideNetworks(outline: Outline): Generator<Finding> {
  for (const claim of addressClaims(outline)) {
    for (const network of clusterNetworks(outline)) {
      if (!rangeContains(network.value, claim.value)) continue;
      const message = `${formatIp(claim.value)}, ${claim.what}, is inside ${network.what}`;
      yield finding(message, claim.path, { other: network.path });
    }
  }
}

export function* usableAddresses(outline: Outline): Generator<Finding> {
  for (const { value, path, kind } of addressClaims(outline)) {
    const unusable = unusableAddress(value);
    if (unusable !== undefined) {
      yield finding(`${formatIp(value)} is ${unusable}`, path);
    } else if (isLoopback(value)) {
      yield finding(`${formatIp(value)} is a loopback address: no other host can reach it`, path, {
        severity: kind === 'host' ? 'warning' : 'error',
      });
    } else if (isExample(value)) {
      yield finding(`${formatIp(value)} is an address for examples in documents`, path, {
        severity: 'warning',
        hint: 'Replace it with an address of your own.',
      });
    }
  }
}

export function* vipIsFree(outline: Outline): Generator<Finding> {
  const { vip } = outline;
  if (vip === undefined) return;
  for (const claim of addressClaims(outline)) {
    if (claim.kind !== 'host' || formatIp(claim.value) !== formatIp(vip.value)) continue;
    yield finding(`the virtual address ${formatIp(vip.value)} is ${claim.what}`, vip.path, {
      other: claim.path,
      hint: 'Take an address of the hosts’ network that no machine has.',
    });
  }
}

/** Clusters of this tool have one address family: that of the first host. */
export function* oneFamily(outline: Outline): Generator<Finding> {
  const [first, ...others] = addressClaims(outline);
  if (first === undefined) return;
  const wanted = familyName(first.value);
  const rest = others.map(({ value, path }) => ({ what: formatIp(value), value, path }));
  for (const { what, value, path } of [...rest, ...clusterNetworks(outline)]) {
    if (familyName(value) === wanted) continue;
    yield finding(`${what} is ${familyName(value)}, but ${first.what} is ${wanted}`, path, {
      other: first.path,
      hint: 'Hosts, pods and services must all be of one address family.',
    });
  }
}

export function* networkSizes({ pods, services, hosts }: Outline): Generator<Finding> {
  if (pods !== undefined) {
    const room = nodePrefix[pods.value.family] - pods.value.prefix;
    const what = `the pod network ${formatCidr(pods.value)}`;
    if (room < 0 || 2 ** room < hosts.length) {
      const nodes = room < 0 ? 'no node' : `${2 ** room} node${room === 0 ? '' : 's'}`;
      yield finding(
        `${what} has room for ${nodes}: each takes a /${nodePrefix[pods.value.family]}`,
        pods.path,
      );
    } else if (room > maxNodeBits) {
      yield finding(
        `${what} is too large: the prefix must be at least /${nodePrefix[pods.value.family] - maxNodeBits}`,
        pods.path,
      );
    }
  }
  if (services !== undefined) yield* serviceSize(services);
}

function* serviceSize({ value, path }: Placed<Cidr>): Generator<Finding> {
  const bits = addressBits[value.family] - value.prefix;
  if (bits >= minServiceBits && bits <= maxServiceBits) return;
  const limits = [maxServiceBits, minServiceBits]
    .map((limit) => `/${addressBits[value.family] - limit}`)
    .join(' and ');
  yield finding(`the prefix of the service network ${formatCidr(value)} must be between ${limits}`, path);
}

/** A network inside the cluster; external addresses and hosts must stay out of it. */
export interface ClusterNetwork extends Placed<Cidr> {
  /** `the pod network 10.244.0.0/16`, and whether that is only the default. */
  readonly what: string;
}

export function clusterNetworks({ pods, services, root }: Outline): ClusterNetwork[] {
  return Object.entries({ pods, services }).flatMap(([key, network]) => {
    if (network === undefined) return [];
    const isDefault = !root.get('cluster', 'network', key).isThere;
    const name = `the ${key === 'pods' ? 'pod' : 'service'} network ${formatCidr(network.value)}`;
    return [{ ...network, what: isDefault ? `${name} (the default)` : name }];
  });
}
