// From a path in the data back to an offset in the text.
import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { DocumentPath } from './path.ts';
import type { AliasTargets } from './plain-value.ts';

/** Which end of an entry: its key, or its value. List entries have no key: both mean the entry. */
export type EntryPart = 'key' | 'value';

/**
 * The offset of the entry at `path`; of the nearest entry above when there is none. Aliases are followed only on the
 * way, so a mistake inside an anchored value is shown there, and a wrongly used alias where it is used.
 */
export function locate(
  root: Node | null,
  targets: AliasTargets,
  path: DocumentPath,
  part: EntryPart,
): number {
  let place: Entry = { key: undefined, value: root };
  for (const segment of path) {
    const next = entry(follow(place.value, targets), segment);
    if (next === undefined) return offsetOf(place, 'key');
    place = next;
  }
  return offsetOf(place, part);
}

interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}

function follow(node: unknown, targets: AliasTargets): unknown {
  let current = node;
  for (let hops = 0; isAlias(current) && hops < 64; hops++) current = targets.get(current);
  return current;
}

function entry(node: unknown, segment: PropertyKey): Entry | undefined {
  if (isSeq(node)) {
    const value = typeof segment === 'number' ? node.items[segment] : undefined;
    return value === undefined ? undefined : { key: undefined, value };
  }
  if (!isMap(node)) return undefined;
  return node.items.find(
    (pair: Pair) => isPair(pair) && isScalar(pair.key) && String(pair.key.value) === segment,
  );
}

function offsetOf(place: Entry, part: EntryPart): number {
  const value = start(place.value);
  const key = start(place.key);
  const unwritten = (place.value as Node | null | undefined)?.range?.[0];
  return (part === 'key' ? (key ?? value) : (value ?? key)) ?? unwritten ?? 0;
}

/** Where a node starts in the text; undefined for one that is not written out, such as an empty value. */
function start(node: unknown): number | undefined {
  const range = (node as Node | null | undefined)?.range;
  if (range === null || range === undefined) return undefined;
  return isScalar(node) && node.source === '' && node.type === 'PLAIN' ? undefined : range[0];
}
