// Rules about address families: a cluster has one, or both with an address of each on all its hosts.
import { formatIp, type IpAddress } from '../../core/ip.ts';
import { has } from '../../kube/version-facts.ts';
import { addressClaims, familyName, type Claim } from './claims.ts';
import type { Placed } from './entry.ts';
import { finding, type Finding } from './finding.ts';
import { clusterNetworks, type ClusterNetwork } from './networks.ts';
import type { Outline } from './outline.ts';
import { parsedVersion } from './versions.ts';

interface FamilyMember extends Placed<Pick<IpAddress, 'family'>> {
  readonly what: string;
}

/**
 * Something of the family that the hosts' addresses have; of the cluster's only one, most addresses and networks, and in
 * doubt the first host.
 */
export function familyExample(outline: Outline): FamilyMember | undefined {
  const [first, ...others] = firstClaims(outline);
  if (first === undefined) return undefined;
  if (hasBothFamilies(outline)) return first;
  const written = clusterNetworks(outline).filter(({ isDefault }) => !isDefault);
  const members: readonly FamilyMember[] = [first, ...others, ...written];
  const strangers = members.filter(({ value }) => value.family !== first.value.family);
  return strangers.length > members.length / 2 ? strangers[0] : first;
}

/** Whether anything in the file speaks of both. */
export function hasBothFamilies(outline: Outline): boolean {
  return signOfBoth(outline) !== undefined;
}

function signOfBoth({ pods, services, hosts }: Outline): Placed<unknown> | undefined {
  return pods[1] ?? services[1] ?? hosts.find(({ secondAddress }) => secondAddress)?.secondAddress;
}

export function* families(outline: Outline): Generator<Finding> {
  const example = familyExample(outline);
  if (example === undefined) return;
  const sign = signOfBoth(outline);
  const { pods, services } = outline;
  const firsts = clusterNetworks(outline).filter(({ value }) =>
    [pods[0], services[0]].some((network) => network?.value === value),
  );
  for (const { what, value, path } of [...firstAddresses(outline), ...firsts]) {
    if (value.family === example.value.family) continue;
    const message = `${what} is ${familyName(value)}, but ${example.what} is ${familyName(example.value)}`;
    yield finding(message, path, { other: example.path, hint: sign === undefined ? hints.one : hints.both });
  }
  if (sign === undefined) {
    yield* tooOldForIPv6(outline, example);
    return;
  }
  yield* secondAddresses(outline, example, sign);
  yield* secondNetworks(firsts, outline, sign);
  yield* oldVersion(outline, sign);
}

const hints = {
  one: 'Hosts, pods and services must all be of one address family, or have both.',
  both: 'What comes first must be of one address family everywhere, and what comes second of the other.',
};

function firstClaims(outline: Outline): Claim[] {
  return addressClaims(outline).filter(({ isSecond }) => isSecond !== true);
}

function firstAddresses(outline: Outline): FamilyMember[] {
  return firstClaims(outline).map(({ value, path }) => ({ what: formatIp(value), value, path }));
}

function* secondAddresses(
  { hosts, isComplete }: Outline,
  example: FamilyMember,
  { path: other }: Placed<unknown>,
): Generator<Finding> {
  for (const { name, path, secondAddress } of hosts) {
    if (secondAddress?.value.family === example.value.family) {
      const family = familyName(secondAddress.value);
      const message = `the second address ${formatIp(secondAddress.value)} is ${family}, as the first one is`;
      yield finding(message, secondAddress.path, { hint: hints.both });
    } else if (secondAddress === undefined && isComplete) {
      const message = `host "${name?.value ?? ''}" has one address, but the cluster has both address families`;
      yield finding(message, path, { other, hint: 'Add its "secondAddress", of the other family.' });
    }
  }
}

function* secondNetworks(
  firsts: readonly ClusterNetwork[],
  outline: Outline,
  { path: other }: Placed<unknown>,
): Generator<Finding> {
  if (!outline.isComplete) return;
  for (const { key, what, path } of firsts) {
    if (outline[key].length > 1) continue;
    const message = `${what} is of one address family, but the cluster has both`;
    yield finding(message, path, { other, hint: `Write one of each: ${key}: [${examples[key]}].` });
  }
}

const examples = { pods: '10.244.0.0/16, fd00:10:244::/56', services: '10.96.0.0/16, fd00:10:96::/112' };

function* tooOldForIPv6({ version }: Outline, { value, path: other }: FamilyMember): Generator<Finding> {
  const placed = parsedVersion(version);
  if (placed === undefined || value.family === 4) return;
  if (!has(placed.value, 'ipvsIPv6')) {
    const message = "this Kubernetes version's kube-proxy cannot balance IPv6 with IPVS";
    yield finding(message, placed.path, {
      other,
      hint: 'It can from v1.13.0 on, node ports from v1.14.0 on.',
    });
  } else if (!has(placed.value, 'ipvsIPv6NodePorts')) {
    const message = "this Kubernetes version's kube-proxy serves no node ports of IPv6 in IPVS mode";
    const hint = 'It does from v1.14.0 on.';
    yield finding(message, placed.path, { severity: 'warning', other, hint });
  }
}

function* oldVersion({ version }: Outline, { path: other }: Placed<unknown>): Generator<Finding> {
  const placed = parsedVersion(version);
  if (placed === undefined) return;
  if (!has(placed.value, 'ipFamilyPolicy')) {
    yield finding('a cluster of both address families needs Kubernetes v1.20', placed.path, { other });
  } else if (has(placed.value, 'dualStackGate')) {
    const message = 'both address families are an alpha feature of this Kubernetes version, behind a gate';
    yield finding(message, placed.path, {
      severity: 'warning',
      other,
      hint: 'They are on by default from v1.21, and stable from v1.23.',
    });
  }
}
