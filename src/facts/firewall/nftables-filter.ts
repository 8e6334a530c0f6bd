// The tables of nftables that let packets in or through, as `nft -j list ruleset` prints them.
import { z } from 'zod';
import { describeNftMatch, readNftMatch, readNftValues, type NftSets } from './nftables-match.ts';
import type { Action, BaseChain, FilterRule, FilterTable, Match } from './packet-filter.ts';

const named = z.object({ family: z.string(), name: z.string() });
const item = z.object({
  table: named.optional().catch(undefined),
  chain: named
    .extend({
      table: z.string(),
      type: z.string().optional(),
      hook: z.string().optional(),
      policy: z.string().optional(),
    })
    .optional()
    .catch(undefined),
  rule: z
    .object({
      family: z.string(),
      table: z.string(),
      chain: z.string(),
      expr: z.array(z.record(z.string(), z.unknown())),
    })
    .optional()
    .catch(undefined),
  set: named
    .extend({ table: z.string(), elem: z.array(z.unknown()).default([]) })
    .optional()
    .catch(undefined),
});
/** Items with their kind and where they are, as far as a look at them is quick: tables may have very many. */
const ruleset = z.object({
  nftables: z.array(z.custom<RawItem>((one) => typeof one === 'object' && one !== null)),
});

type RawItem = Readonly<Record<string, Readonly<Record<string, unknown>> | null | undefined>>;

type Item = z.output<typeof item>;

const familiesOf: Readonly<Record<string, readonly (4 | 6)[]>> = { ip: [4], ip6: [6], inet: [4, 6] };

/**
 * @param text JSON
 * @param known tables that are not to be read, as iptables has told of them: `ip filter`
 * @returns `null` when it is no list of rules
 */
export function nftablesFilters(text: string, known: readonly string[]): readonly FilterTable[] | null {
  const items = readItems(text);
  if (items === null) return null;
  return items.flatMap(({ table }) => {
    if (table === undefined || known.includes(`${table.family} ${table.name}`)) return [];
    const families = familiesOf[table.family];
    if (families === undefined) return [];
    const filter = { origin: `nft ${table.family} ${table.name}`, families, ...tableParts(items, table) };
    return filter.bases.length === 0 ? [] : [filter];
  });
}

function readItems(text: string): readonly Item[] | null {
  try {
    const read = ruleset.safeParse(JSON.parse(text));
    return read.success ? filtering(read.data.nftables).map((one) => item.parse(one)) : null;
  } catch {
    return null;
  }
}

/** Items of the tables that have a chain for packets that come in or through. */
function filtering(items: readonly RawItem[]): readonly RawItem[] {
  const places = new Set(
    items.flatMap(({ chain }) => (chain != null && isFilter(chain) ? [placeOf(chain, 'table')] : [])),
  );
  return items.filter((one) => {
    const { table } = one;
    const inside = one['chain'] ?? one['rule'] ?? one['set'];
    const place = table == null ? inside && placeOf(inside, 'table') : placeOf(table, 'name');
    return typeof place === 'string' && places.has(place);
  });
}

function isFilter({ type, hook }: { readonly type?: unknown; readonly hook?: unknown }): boolean {
  return type === 'filter' && (hook === 'input' || hook === 'forward');
}

function placeOf(one: Readonly<Record<string, unknown>>, key: 'table' | 'name'): string {
  return `${String(one['family'])} ${String(one[key])}`;
}

interface Place {
  readonly family: string;
  readonly name: string;
}

function tableParts(items: readonly Item[], place: Place): Pick<FilterTable, 'bases' | 'chains'> {
  const isHere = (one: { family: string; table: string } | undefined): boolean =>
    one?.family === place.family && one.table === place.name;
  const own = items.filter(({ chain, rule, set }) => isHere(chain ?? rule ?? set));
  const sets = Object.fromEntries(
    own.flatMap(({ set }) => (set === undefined ? [] : [[set.name, readNftValues(set.elem)]])),
  );
  const chains: Record<string, FilterRule[]> = {};
  for (const { chain } of own) if (chain !== undefined) chains[chain.name] = [];
  for (const { rule } of own) {
    const chain = rule === undefined ? undefined : chains[rule.chain];
    for (const one of rule === undefined ? [] : readRules(rule.expr, sets)) chain?.push(one);
  }
  return { bases: own.flatMap(({ chain }) => (chain === undefined ? [] : basesOf(chain))), chains };
}

function basesOf({ name, type, hook, policy }: NonNullable<Item['chain']>): readonly BaseChain[] {
  if (type !== 'filter' || (hook !== 'input' && hook !== 'forward')) return [];
  return [{ chain: name, hook, policy: policy === 'drop' ? 'drop' : 'accept' }];
}

/** A statement is an object with one key, its kind. */
function statementOf(statement: Readonly<Record<string, unknown>>): readonly [kind: string, value: unknown] {
  return Object.entries(statement)[0] ?? ['', undefined];
}

/** One rule, or as many as a map of verdicts has entries. */
function readRules(expr: readonly Readonly<Record<string, unknown>>[], sets: NftSets): readonly FilterRule[] {
  const text = expr.map(brief).join(' ');
  const matches: Match[] = [];
  for (const statement of expr) {
    const [kind, value] = statementOf(statement);
    if (kind === 'match') matches.push(...readNftMatch(value, sets));
    else if (conditions.has(kind)) matches.push({ on: 'unknown' });
    else if (kind === 'vmap') return readMap(value, { text, matches, sets });
    else if (!neutral.has(kind)) return [{ text, matches, action: readAction(kind, value) }];
  }
  return [{ text, matches, action: { does: expr.some((one) => 'xt' in one) ? 'unknown' : 'continue' } }];
}

/** Statements behind which the rule goes on, whatever the packet. */
const neutral = new Set(['comment', 'counter', 'last', 'log', 'mangle', 'notrack', 'secmark']);

/** Statements that end a rule for some packets: by how many there were before, or by what iptables' modules ask. */
const conditions = new Set(['ct count', 'limit', 'meter', 'quota', 'set', 'xt']);

const verdicts = new Set(['accept', 'drop', 'reject', 'return', 'continue'] as const);
const target = z.object({ target: z.string() });

/** What is no verdict, such as queue or synproxy, may do anything. */
function readAction(kind: string, value: unknown): Action {
  for (const does of verdicts) if (kind === does) return { does };
  if (kind !== 'jump' && kind !== 'goto') return { does: 'unknown' };
  const read = target.safeParse(value);
  return read.success ? { does: kind, chain: read.data.target } : { does: 'unknown' };
}

const verdictMap = z.object({
  key: z.unknown(),
  data: z.object({ set: z.array(z.tuple([z.unknown(), z.record(z.string(), z.unknown())])) }),
});

interface MapRule {
  readonly text: string;
  readonly matches: readonly Match[];
  readonly sets: NftSets;
}

/** Entries with one verdict are one rule: a list of addresses to drop may have very many. */
function readMap(value: unknown, { text, matches, sets }: MapRule): readonly FilterRule[] {
  const read = verdictMap.safeParse(value);
  if (!read.success) return [{ text, matches, action: { does: 'unknown' } }];
  const groups = new Map<string, { readonly action: Action; readonly set: unknown[] }>();
  for (const [right, verdict] of read.data.data.set) {
    const action = readAction(...statementOf(verdict));
    const name = JSON.stringify(action);
    const group = groups.get(name) ?? { action, set: [] };
    group.set.push(right);
    groups.set(name, group);
  }
  return [...groups.values()].map(({ action, set }) => ({
    text,
    matches: [...matches, ...readNftMatch({ op: '==', left: read.data.key, right: { set } }, sets)],
    action,
  }));
}

/** For people; close to what nft writes. */
function brief(statement: Readonly<Record<string, unknown>>): string {
  const [kind, value] = statementOf(statement);
  if (kind === 'match') return describeNftMatch(value);
  if (kind === 'jump' || kind === 'goto') return `${kind} ${target.safeParse(value).data?.target ?? ''}`;
  return kind;
}
