// Rules about the pool of external IPs: entries apart from each other and outside the cluster's networks.
import { formatCidr, formatIp, rangeContains, rangesOverlap, type IpRange } from '../../core/ip.ts';
import { addressClaims } from './claims.ts';
import { finding, type Finding } from './finding.ts';
import { outerNetworks } from './networks.ts';
import type { Outline, PoolEntry } from './outline.ts';

export function* poolEntriesApart({ pool }: Outline): Generator<Finding> {
  // In order of their first address an entry can only overlap the one that reaches furthest so far.
  const sorted = pool.toSorted((a, b) => compareRanges(a.value.range, b.value.range));
  let furthest = sorted[0];
  for (const entry of sorted.slice(1)) {
    if (furthest !== undefined && rangesOverlap(furthest.value.range, entry.value.range)) {
      const [first, again] = [furthest, entry].toSorted(
        (a, b) => Number(a.path.at(-1)) - Number(b.path.at(-1)),
      );
      if (first === undefined || again === undefined) continue;
      const [one, other] = [describe(again.value), describe(first.value)];
      const message =
        one === other ? `the pool entry ${one} is given twice` : `the pool entry ${one} overlaps ${other}`;
      yield finding(message, again.path, { other: first.path });
    }
    if (furthest === undefined || reachesFurther(entry.value.range, furthest.value.range)) furthest = entry;
  }
}

export function* poolOutsideNetworks(outline: Outline): Generator<Finding> {
  for (const { value, path } of outline.pool) {
    for (const network of outerNetworks(outline)) {
      if (!rangesOverlap(value.range, network.value)) continue;
      const message = `the pool entry ${describe(value)} overlaps ${network.what}`;
      yield finding(message, path, { other: network.path });
    }
  }
}

/** Nobody has such an address as an external IP yet; that would be an error by itself. */
export function* poolWithoutMachines(outline: Outline): Generator<Finding> {
  const claims = addressClaims(outline);
  for (const { value, path } of outline.pool) {
    const inside = claims.filter((claim) => rangeContains(value.range, claim.value));
    const [first, ...others] = inside;
    if (first === undefined) continue;
    const more =
      others.length === 0
        ? ''
        : `, and ${others.length} more that ${others.length === 1 ? 'is' : 'are'} taken`;
    const message = `the pool entry ${describe(value)} contains ${formatIp(first.value)}, ${first.what}${more}`;
    yield finding(message, path, {
      severity: 'warning',
      other: first.path,
      hint: 'Leave out what machines have: as an external IP it would cut them off.',
    });
  }
}

function compareRanges(a: IpRange, b: IpRange): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}

function reachesFurther(entry: IpRange, furthest: IpRange): boolean {
  return entry.family !== furthest.family || entry.last > furthest.last;
}

function describe({ range, cidr }: PoolEntry): string {
  if (cidr !== undefined) return formatCidr(cidr);
  const [first, last] = [range.first, range.last].map((value) => formatIp({ family: range.family, value }));
  return first === last ? String(first) : `${first}-${last}`;
}
