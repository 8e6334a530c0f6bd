// Parts of a text, and which part a node of a YAML document is.
import { isScalar, type Node } from 'yaml';

/** Offsets of a part's first character and of the one behind its last. An empty part is a place between two. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The start of a text, for what is wrong with all of it. */
export const textStart: Span = { start: 0, end: 0 };

/**
 * Where a node is written, without the anchor or tag before it and the comment behind it; undefined for one that is
 * not written out, such as an empty value.
 */
export function spanOf(node: unknown): Span | undefined {
  const isUnwritten = isScalar(node) && node.source === '' && node.type === 'PLAIN';
  const range = (node as Node | null | undefined)?.range;
  return isUnwritten || !range ? undefined : { start: range[0], end: range[1] };
}

/** Where the comment of a YAML line starts; the line's length if it has none. Text in quotes holds no comment. */
export function commentStart(line: string): number {
  for (const { 0: found, index } of line.matchAll(
    /(?<![^\s,:[{])(?:"(?:\\.|[^"\\])*"?|'[^']*'?)|(?<!\S)#/g,
  )) {
    if (found === '#') return index;
  }
  return line.length;
}
