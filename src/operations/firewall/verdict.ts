// What becomes of a packet by a host's rules: surely accepted, surely blocked, or nobody can tell.
import { parseIp, parseRange, rangeContains, type IpAddress, type IpRange } from '../../core/ip.ts';
import type { FilterRule, FilterTable, Match } from '../../facts/firewall/packet-filter.ts';

/** The first packet of a connection, or a datagram. What is undefined may be anything. */
export interface Packet {
  readonly hook: 'input' | 'forward';
  readonly family: 4 | 6;
  readonly protocol: 'tcp' | 'udp' | 'vrrp';
  readonly port?: number;
  readonly source?: string;
  readonly destination?: string;
  readonly inInterface?: string;
  readonly outInterface?: string;
}

/** What keeps a packet out. */
export interface Obstacle {
  readonly table: FilterTable;
  readonly chain: string;
  /** Undefined when it is the policy of the chain. */
  readonly rule?: FilterRule;
}

export type Verdict =
  { readonly is: 'accepted' | 'unknown' } | { readonly is: 'blocked'; readonly by: Obstacle };

/** A packet must get through every table; those that iptables and nftables know apart, too. */
export function judge(tables: readonly FilterTable[], packet: Packet): Verdict {
  const looked = {
    ...packet,
    sourceAt: addressOf(packet.source),
    destinationAt: addressOf(packet.destination),
  };
  const endings = tables
    .filter(({ families }) => families.includes(packet.family))
    .flatMap((table) =>
      table.bases.filter(({ hook }) => hook === packet.hook).map((base) => baseEnding(table, base, looked)),
    );
  const blocked = endings.find(({ accepts, obstacle }) => obstacle !== undefined && !accepts);
  if (blocked?.obstacle !== undefined) return { is: 'blocked', by: blocked.obstacle };
  return { is: endings.every(({ obstacle }) => obstacle === undefined) ? 'accepted' : 'unknown' };
}

/** A packet whose addresses have been read. */
interface Looked extends Packet {
  readonly sourceAt: IpAddress | undefined;
  readonly destinationAt: IpAddress | undefined;
}

function addressOf(text: string | undefined): IpAddress | undefined {
  return text === undefined ? undefined : parseIp(text);
}

/** All that a chain may do with the packet. */
interface Ending {
  readonly accepts: boolean;
  readonly obstacle?: Obstacle | undefined;
  /** Whether the packet may come to the chain's end. */
  readonly passes: boolean;
}

function baseEnding(
  table: FilterTable,
  { chain, policy }: FilterTable['bases'][number],
  packet: Looked,
): Ending {
  const ending = chainEnding({ table, packet, known: new Map() }, chain);
  if (!ending.passes) return ending;
  if (policy === 'accept') return { ...ending, accepts: true };
  return { ...ending, obstacle: ending.obstacle ?? { table, chain } };
}

interface Walk {
  readonly table: FilterTable;
  readonly packet: Looked;
  readonly known: Map<string, Ending>;
}

function chainEnding(walk: Walk, chain: string): Ending {
  const before = walk.known.get(chain);
  if (before !== undefined) return before;
  const ending = followRules(walk, chain);
  walk.known.set(chain, ending);
  return ending;
}

function followRules(walk: Walk, chain: string): Ending {
  let accepts = false;
  let leaves = false;
  let obstacle: Obstacle | undefined;
  for (const rule of walk.table.chains[chain] ?? []) {
    const fits = fitsAll(rule.matches, walk.packet);
    if (fits === false) continue;
    const ending = ruleEnding(walk, chain, rule);
    accepts ||= ending.accepts;
    obstacle ??= ending.obstacle;
    leaves ||= ending.leaves;
    if (fits === true && !ending.passes) return { accepts, obstacle, passes: leaves };
  }
  return { accepts, obstacle, passes: true };
}

/** `leaves`: the chain may be left by this rule for the one that led here. */
function ruleEnding(walk: Walk, chain: string, rule: FilterRule): Ending & { readonly leaves: boolean } {
  const { action } = rule;
  const nothing = { accepts: false, passes: false, leaves: false };
  switch (action.does) {
    case 'accept':
      return { ...nothing, accepts: true };
    case 'drop':
    case 'reject':
      return { ...nothing, obstacle: { table: walk.table, chain, rule } };
    case 'return':
      return { ...nothing, leaves: true };
    case 'continue':
      return { ...nothing, passes: true };
    case 'jump':
    case 'goto': {
      // A target that is no chain is one of iptables' own, which may do anything.
      if (walk.table.chains[action.chain] === undefined) break;
      const ending = chainEnding(walk, action.chain);
      return action.does === 'jump'
        ? { ...ending, leaves: false }
        : { ...ending, passes: false, leaves: ending.passes };
    }
    case 'unknown':
  }
  return { accepts: true, passes: true, leaves: false };
}

/** `undefined` when it cannot be told. */
function fitsAll(matches: readonly Match[], packet: Looked): boolean | undefined {
  let all: boolean | undefined = true;
  for (const match of matches) {
    const one = fits(match, packet);
    if (one === false) return false;
    all = one && all;
  }
  return all;
}

function fits(match: Match, packet: Looked): boolean | undefined {
  if (match.on === 'unknown') return undefined;
  if (match.on === 'never') return false;
  const isOne = readers[match.on](match.is, packet);
  return isOne === undefined || match.not === undefined ? isOne : !isOne;
}

/** Ports below this are nobody's who begins a connection. */
const firstFreePort = 1024;

/** How each is looked at; undefined when it cannot be told. */
const readers: Readonly<
  Record<
    Exclude<Match['on'], 'unknown' | 'never'>,
    (values: readonly string[], packet: Looked) => boolean | undefined
  >
> = {
  family: (values, { family }) => values.includes(String(family)),
  protocol: (values, { protocol }) => values.includes(protocol),
  state: (values) => values.includes('new'),
  destinationType,
  source: (values, { sourceAt }) => isAddressAmong(values, sourceAt),
  destination: (values, { destinationAt }) => isAddressAmong(values, destinationAt),
  inInterface: (values, { inInterface }) => isNameAmong(values, inInterface),
  outInterface: (values, { outInterface }) => isNameAmong(values, outInterface),
  port: (values, { port }) => isPortAmong(values, port),
  sourcePort: (values) =>
    values.every((value) => Number(value.split('-').at(-1)) < firstFreePort) ? false : undefined,
};

function destinationType(types: readonly string[], { hook, protocol }: Packet): boolean {
  if (hook === 'forward') return types.includes('unicast');
  return types.includes(protocol === 'vrrp' ? 'multicast' : 'local');
}

function isAddressAmong(values: readonly string[], address: IpAddress | undefined): boolean | undefined {
  const ranges = rangesOf(values);
  if (address === undefined || ranges === undefined) return undefined;
  return ranges.some((range) => rangeContains(range, address));
}

/** Rules may be very many, and each packet meets most of them: their addresses are read once. */
const known = new WeakMap<readonly string[], readonly IpRange[] | 'unknown'>();

function rangesOf(values: readonly string[]): readonly IpRange[] | undefined {
  const before = known.get(values);
  if (before !== undefined) return before === 'unknown' ? undefined : before;
  const read = values.map((value) => parseRange(value));
  const ranges = read.every((range) => range !== undefined) ? read : undefined;
  known.set(values, ranges ?? 'unknown');
  return ranges;
}

function isNameAmong(values: readonly string[], name: string | undefined): boolean | undefined {
  // Packets from other machines do not come by the host's own interface.
  if (name === undefined) return values.every((value) => value === 'lo') ? false : undefined;
  return values.some((value) => (value.endsWith('*') ? name.startsWith(value.slice(0, -1)) : value === name));
}

/** An old nft writes names of services instead of numbers. */
function isPortAmong(values: readonly string[], port: number | undefined): boolean | undefined {
  if (port === undefined) return undefined;
  if (values.some((value) => hasPort(value, port))) return true;
  return values.every((value) => /^\d+(-\d+)?$/.test(value)) ? false : undefined;
}

function hasPort(value: string, port: number): boolean {
  const [first = '', last = first] = value.split('-');
  return Number(first) <= port && port <= Number(last);
}
