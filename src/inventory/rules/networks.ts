// Rules about the cluster's networks: apart from each other and from the hosts, of a usable size.
import { addressBits, formatCidr, formatIp, rangeContains, rangesOverlap, type Cidr } from '../../core/ip.ts';
import { addressClaims, isExample, isLoopback, unusableAddress } from './claims.ts';
import type { Placed } from './entry.ts';
import { finding, type Finding } from './finding.ts';
import type { Outline } from './outline.ts';

/** kubeadm gives every node a network of this prefix out of the pod network. */
const nodePrefix = { 4: 24, 6: 64 } as const;
/** The controller manager gives out at most 2^16 node networks. */
const maxNodeBits = 16;
/** The API server keeps a bitmap of the service network: at most 2^20 addresses. */
const maxServiceBits = 20;
/** kubeadm wants room for ten addresses. */
const minServiceBits = 4;

export function* networksApart(outline: Outline): Generator<Finding> {
  const networks = clusterNetworks(outline);
  for (const services of networks.filter(({ key }) => key === 'services')) {
    for (const pods of networks.filter(({ key }) => key === 'pods')) {
      if (!rangesOverlap(pods.value, services.value)) continue;
      yield finding(`${services.what} and ${pods.what} overlap`, services.path, {
        other: pods.path,
        hint: 'Take networks that have no address in common.',
      });
    }
  }
}

export function* hostsOutsideNetworks(outline: Outline): Generator<Finding> {
  const outer = outerNetworks(outline);
  for (const network of clusterNetworks(outline)) {
    const [first] = addressClaims(outline).filter(({ value }) => value.family === network.value.family);
    if (first === undefined || outer.some(({ value }) => value === network.value)) continue;
    // Of a network that is not written the place is that of the whole cluster.
    const [path, other] = network.isDefault ? [first.path, network.path] : [network.path, first.path];
    yield finding(`all hosts, such as ${formatIp(first.value)}, are inside ${network.what}`, path, {
      other,
      hint: `Set cluster.network.${network.key} to a network that nobody else uses.`,
    });
  }
  for (const claim of addressClaims(outline)) {
    for (const network of outer) {
      if (!rangeContains(network.value, claim.value)) continue;
      const message = `${formatIp(claim.value)}, ${claim.what}, is inside ${network.what}`;
      yield finding(message, claim.path, { other: network.path });
    }
  }
}

/** The cluster's networks without those that hold all of several hosts: these are wrong whatever else is in them. */
export function outerNetworks(outline: Outline): ClusterNetwork[] {
  const all = addressClaims(outline).filter(({ kind }) => kind === 'host');
  return clusterNetworks(outline).filter(({ value }) => {
    const hosts = all.filter((host) => host.value.family === value.family);
    return hosts.length < 2 || !hosts.every((host) => rangeContains(value, host.value));
  });
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

export function* networkSizes({ pods, services, hosts }: Outline): Generator<Finding> {
  for (const one of pods) yield* podSize(one, hosts.length);
  for (const one of services) yield* serviceSize(one);
}

function* podSize(pods: Placed<Cidr>, hosts: number): Generator<Finding> {
  const room = nodePrefix[pods.value.family] - pods.value.prefix;
  const what = `the pod network ${formatCidr(pods.value)}`;
  if (room < 0 || 2 ** room < hosts) {
    const nodes = room < 0 ? 'no node' : `${2 ** room} node${room === 0 ? '' : 's'}`;
    yield finding(`${what} has room for ${nodes}: each takes a /${nodePrefix[pods.value.family]}`, pods.path);
  } else if (room > maxNodeBits) {
    yield finding(
      `${what} is too large: the prefix must be at least /${nodePrefix[pods.value.family] - maxNodeBits}`,
      pods.path,
    );
  }
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
  readonly isDefault: boolean;
  readonly key: 'pods' | 'services';
}

export function clusterNetworks({ pods, services, root }: Outline): ClusterNetwork[] {
  const placed = [
    ...pods.map((network) => ({ network, key: 'pods' as const })),
    ...services.map((network) => ({ network, key: 'services' as const })),
  ];
  return placed.map(({ network, key }) => {
    const isDefault = !root.get('cluster', 'network', key).isThere;
    const name = `the ${key === 'pods' ? 'pod' : 'service'} network ${formatCidr(network.value)}`;
    return { ...network, isDefault, key, what: isDefault ? `${name} (the default)` : name };
  });
}
