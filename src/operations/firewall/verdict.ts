// What becomes of a packet by a host's rules: surely accepted, surely blocked, or nobody can tell.
import { parseIp, parseRange, rangeContains } from '../../core/ip.ts';
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
  const endings = tables
    .filter(({ families }) => families.includes(packet.family))
    .flatMap((table) =>
      table.bases.filter(({ hook }) => hook === packet.hook).map((base) => baseEnding(table, base, packet)),
    );
  const blocked = endings.find(({ accepts, obstacle }) => obstacle !== undefined && !accepts);
  if (blocked?.obstacle !== undefined) return { is: 'blocked', by: blocked.obstacle };
  return { is: endings.every(({ obstacle }) => obstacle === undefined) ? 'accepted' : 'unknown' };
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
  packet: Packet,
): Ending {
  const ending = chainEnding({ table, packet, known: new Map() }, chain);
  if (!ending.passes) return ending;
  if (policy === 'accept') return { ...ending, accepts: true };
  return { ...ending, obstacle: ending.obstacle ?? { table, chain } };
}

interface Walk {
  readonly table: FilterTable;
  readonly packet: Packet;
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
function fitsAll(matches: readonly Match[], packet: Packet): boolean | undefined {
  const all = matches.map((match) => fits(match, packet));
  if (all.includes(false)) return false;
  return all.includes(undefined) ? undefined : true;
}

function fits(match: Match, packet: Packet): boolean | undefined {
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
    (values: readonly string[], packet: Packet) => boolean | undefined
  >
> = {
  family: (values, { family }) => values.includes(String(family)),
  protocol: (values, { protocol }) => values.includes(protocol),
  state: (values) => values.includes('new'),
  destinationType,
  source: (values, { source }) => isAddressAmong(values, source),
  destination: (values, { destination }) => isAddressAmong(values, destination),
  inInterface: (values, { inInterface }) => isNameAmong(values, inInterface),
  outInterface: (values, { outInterface }) => isNameAmong(values, outInterface),
  port: (values, { port }) => (port === undefined ? undefined : values.some((value) => hasPort(value, port))),
  sourcePort: (values) =>
    values.every((value) => Number(value.split('-').at(-1)) < firstFreePort) ? false : undefined,
};

function destinationType(types: readonly string[], { hook, protocol }: Packet): boolean {
  if (hook === 'forward') return types.includes('unicast');
  return types.includes(protocol === 'vrrp' ? 'multicast' : 'local');
}

function isAddressAmong(values: readonly string[], text: string | undefined): boolean | undefined {
  const ranges = values.map((value) => parseRange(value));
  const address = parseIp(text ?? '');
  if (address === undefined || ranges.includes(undefined)) return undefined;
  return ranges.some((range) => range !== undefined && rangeContains(range, address));
}

function isNameAmong(values: readonly string[], name: string | undefined): boolean | undefined {
  // Packets from other machines do not come by the host's own interface.
  if (name === undefined) return values.every((value) => value === 'lo') ? false : undefined;
  return values.some((value) => (value.endsWith('*') ? name.startsWith(value.slice(0, -1)) : value === name));
}

function hasPort(value: string, port: number): boolean {
  const [first = '', last = first] = value.split('-');
  return Number(first) <= port && port <= Number(last);
}
