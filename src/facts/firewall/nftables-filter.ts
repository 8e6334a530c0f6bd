// The tables of nftables that let packets in or through, as `nft -j list ruleset` prints them.
import { z } from 'zod';
import { describeNftMatch, readNftMatch, type NftSets } from './nftables-match.ts';
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
const ruleset = z.object({ nftables: z.array(item) });

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
    return read.success ? read.data.nftables : null;
  } catch {
    return null;
  }
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
    own.flatMap(({ set }) => (set === undefined ? [] : [[set.name, set.elem]])),
  );
  const chains: Record<string, FilterRule[]> = {};
  for (const { chain } of own) if (chain !== undefined) chains[chain.name] = [];
  for (const { rule } of own) if (rule !== undefined) chains[rule.chain]?.push(...readRules(rule.expr, sets));
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
    else if (kind === 'limit' || kind === 'xt') matches.push({ on: 'unknown' });
    else if (kind === 'vmap') return readMap(value, { text, matches, sets });
    else {
      const action = readAction(kind, value);
      if (action !== undefined) return [{ text, matches, action }];
    }
  }
  return [{ text, matches, action: { does: expr.some((one) => 'xt' in one) ? 'unknown' : 'continue' } }];
}

const verdicts = new Set(['accept', 'drop', 'reject', 'return', 'continue'] as const);
const target = z.object({ target: z.string() });

function readAction(kind: string, value: unknown): Action | undefined {
  for (const does of verdicts) if (kind === does) return { does };
  if (kind !== 'jump' && kind !== 'goto') return kind === 'queue' ? { does: 'unknown' } : undefined;
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

function readMap(value: unknown, { text, matches, sets }: MapRule): readonly FilterRule[] {
  const read = verdictMap.safeParse(value);
  if (!read.success) return [{ text, matches, action: { does: 'unknown' } }];
  return read.data.data.set.map(([right, verdict]) => {
    const [kind, details] = statementOf(verdict);
    return {
      text,
      matches: [...matches, ...readNftMatch({ op: '==', left: read.data.key, right }, sets)],
      action: readAction(kind, details) ?? { does: 'unknown' },
    };
  });
}

/** For people; close to what nft writes. */
function brief(statement: Readonly<Record<string, unknown>>): string {
  const [kind, value] = statementOf(statement);
  if (kind === 'match') return describeNftMatch(value);
  if (kind === 'jump' || kind === 'goto') return `${kind} ${target.safeParse(value).data?.target ?? ''}`;
  return kind;
}
