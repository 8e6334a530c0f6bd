// What a rule of nftables asks of a packet, from its JSON.
import { z } from 'zod';
import type { Match } from './packet-filter.ts';

/** Elements of a table's named sets; undefined where one cannot be read. */
export type NftSets = Readonly<Record<string, readonly string[] | undefined>>;

const comparison = z.object({ op: z.string(), left: z.record(z.string(), z.unknown()), right: z.unknown() });
const field = z.object({ protocol: z.string(), field: z.string() });
const key = z.object({ key: z.string() });
const address = z.object({ result: z.literal('type'), flags: z.array(z.string()) });

const unknown: readonly Match[] = [{ on: 'unknown' }];

/** What must be true together; nothing where everything fits. */
export function readNftMatch(value: unknown, sets: NftSets): readonly Match[] {
  const read = comparison.safeParse(value);
  if (!read.success || !['==', '!=', 'in'].includes(read.data.op)) return unknown;
  const { op, left, right } = read.data;
  const is = readValues(right, sets);
  if (is === undefined) return unknown;
  const not = op === '!=' ? ({ not: true } as const) : {};
  const [kind, details] = Object.entries(left)[0] ?? ['', undefined];
  return readers[kind]?.(details, is, not) ?? unknown;
}

/** By what is compared. */
const readers: Readonly<
  Record<string, (details: unknown, is: readonly string[], not: Negation) => readonly Match[]>
> = { payload: payloadMatch, meta: metaMatch, ct: connectionMatch, fib: destinationMatch };

function destinationMatch(details: unknown, is: readonly string[], not: Negation): readonly Match[] {
  const isDestination = address.safeParse(details).data?.flags.join() === 'daddr';
  return isDestination ? [{ on: 'destinationType', is, ...not }] : unknown;
}

interface Negation {
  readonly not?: true;
}

/** A packet that comes from another host for this one is taken for one whose address nobody has changed. */
function connectionMatch(details: unknown, is: readonly string[], not: Negation): readonly Match[] {
  const about = key.safeParse(details).data?.key;
  if (about === 'state') return [{ on: 'state', is, ...not }];
  const isChanged = about === 'status' && is.every((one) => one === 'dnat' || one === 'snat');
  return isChanged && not.not === undefined ? [{ on: 'never' }] : unknown;
}

const portFields: Readonly<Record<string, 'port' | 'sourcePort'>> = { dport: 'port', sport: 'sourcePort' };
const addressFields: Readonly<Record<string, 'source' | 'destination'>> = {
  saddr: 'source',
  daddr: 'destination',
};

/** A field of a protocol's header is there in packets of that protocol alone. */
function payloadMatch(details: unknown, is: readonly string[], not: Negation): readonly Match[] {
  const { data } = field.safeParse(details);
  if (data === undefined) return unknown;
  const { protocol } = data;
  const port = portFields[data.field];
  if (port !== undefined)
    return [
      { on: 'protocol', is: protocol === 'th' ? ['tcp', 'udp'] : [protocol] },
      { on: port, is, ...not },
    ];
  const family: Match = { on: 'family', is: [protocol === 'ip6' ? '6' : '4'] };
  const place = addressFields[data.field];
  if (place !== undefined) return [family, { on: place, is, ...not }];
  const isProtocol = data.field === 'protocol' || data.field === 'nexthdr';
  if (isProtocol) return [family, { on: 'protocol', is: is.map(protocolName), ...not }];
  // Of another protocol than the field's, a packet is none that the rule is about.
  return protocol.startsWith('ip') ? unknown : [{ on: 'protocol', is: [protocol] }, { on: 'unknown' }];
}

function metaMatch(details: unknown, is: readonly string[], not: Negation): readonly Match[] {
  switch (key.safeParse(details).data?.key) {
    case 'iif':
    case 'iifname':
      return [{ on: 'inInterface', is, ...not }];
    case 'oif':
    case 'oifname':
      return [{ on: 'outInterface', is, ...not }];
    case 'l4proto':
      return [{ on: 'protocol', is: is.map(protocolName), ...not }];
    case 'nfproto':
      return [{ on: 'family', is: is.map((name) => (name === 'ipv6' ? '6' : '4')), ...not }];
    default:
      return unknown;
  }
}

const numbers: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '112': 'vrrp' };

function protocolName(value: string): string {
  return numbers[value] ?? value;
}

const prefix = z.object({ prefix: z.object({ addr: z.string(), len: z.int() }) });
const range = z.object({ range: z.tuple([z.union([z.string(), z.int()]), z.union([z.string(), z.int()])]) });
const several = z.object({ set: z.array(z.unknown()) });
const wrapped = z.object({ elem: z.object({ val: z.unknown() }) });

/** Values as text; undefined when one of them cannot be read. */
function readValues(value: unknown, sets: NftSets): readonly string[] | undefined {
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'string') return value.startsWith('@') ? sets[value.slice(1)] : [value];
  if (Array.isArray(value)) return readAll(value, sets);
  const network = prefix.safeParse(value).data?.prefix;
  if (network !== undefined) return [`${network.addr}/${network.len}`];
  const ends = range.safeParse(value).data?.range;
  if (ends !== undefined) return [ends.join('-')];
  const element = wrapped.safeParse(value).data?.elem;
  return element === undefined
    ? readAll(several.safeParse(value).data?.set, sets)
    : readValues(element.val, sets);
}

/** The elements of a named set. */
export function readNftValues(elements: readonly unknown[]): readonly string[] | undefined {
  return readAll(elements, {});
}

function readAll(values: readonly unknown[] | undefined, sets: NftSets): readonly string[] | undefined {
  if (values === undefined) return undefined;
  const read = values.map((one) => readValues(one, sets));
  return read.every((one) => one !== undefined) ? read.flat() : undefined;
}

/** So many values of a set are written out. */
const mostShown = 16;

/** Close to what nft writes. */
export function describeNftMatch(value: unknown): string {
  const read = comparison.safeParse(value);
  if (!read.success) return 'match';
  const { op, left, right } = read.data;
  const [kind, details] = Object.entries(left)[0] ?? ['', undefined];
  const header = field.safeParse(details).data;
  const name =
    header === undefined
      ? `${kind} ${key.safeParse(details).data?.key ?? ''}`
      : `${header.protocol} ${header.field}`;
  const shown = readValues(right, {}) ?? [typeof right === 'string' ? right : '…'];
  return [
    name.trim(),
    ...(op === '!=' ? ['!='] : []),
    shown.length === 1
      ? shown[0]
      : `{ ${shown.slice(0, mostShown).join(', ')}${shown.length > mostShown ? ', …' : ''} }`,
  ].join(' ');
}
