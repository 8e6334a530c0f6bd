// From a path in the data back to a part of the text.
import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { DocumentPath } from './path.ts';
import type { AliasTargets } from './plain-value.ts';
import { spanOf, textStart, type Span } from './span.ts';

/** Which end of an entry: its key, or its value. List entries have no key: both mean the entry. */
export type EntryPart = 'key' | 'value';

/**
 * The key or value at `path`; the key of the nearest entry above when there is none, or just the start of the file's
 * content. Aliases are followed only on the way, so a mistake inside an anchored value is shown there, and a wrongly
 * used alias where it is used.
 */
export function locate(root: Node | null, targets: AliasTargets, path: DocumentPath, part: EntryPart): Span {
  let place: Entry = { key: undefined, value: root };
  for (const segment of path) {
    const next = entry(follow(place.value, targets), segment);
    if (next === undefined) return place.value === root ? startOf(root) : entrySpan(place, 'key');
    place = next;
  }
  return entrySpan(place, part);
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

function entrySpan(place: Entry, part: EntryPart): Span {
  const value = spanOf(place.value);
  const key = spanOf(place.key);
  return (part === 'key' ? (key ?? value) : (value ?? key)) ?? startOf(place.value);
}

/** The place of a node that may not be written out. */
function startOf(node: unknown): Span {
  const start = (node as Node | null | undefined)?.range?.[0];
  return start === undefined ? textStart : { start, end: start };
}
