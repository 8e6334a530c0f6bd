// YAML nodes → plain data, with everything refused that plain data cannot be or that could exhaust memory.
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  visit,
  type Alias,
  type Document,
  type Node,
  type YAMLMap,
} from 'yaml';
import { spanOf, textStart, type Span } from './span.ts';

/** How deep maps and lists may be nested. */
const maxDepth = 64;
/** How many values aliases may add to a document; a document of a few lines can otherwise expand to gigabytes. */
const maxAliasedNodes = 50_000;

/** Something in the document that is refused, with its place in the text. */
export interface Refusal {
  readonly span: Span;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Where the other side stands. */
  readonly other?: Span | undefined;
}

/** The node that each alias stands for. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

/** Finds what every alias stands for: the nearest anchor of that name before it. */
export function aliasTargets(document: Document): AliasTargets {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if ('anchor' in node && typeof node.anchor === 'string') {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

/**
 * Converts a document to maps, lists, texts, numbers, true/false and null. What is refused is left out of the value
 * and reported in `refusals`.
 */
export function plainValue(document: Document, targets: AliasTargets): PlainResult {
  const conversion = new Conversion(targets);
  const value = conversion.convert(document.contents, 0);
  return { value, refusals: conversion.refusals };
}

export interface PlainResult {
  readonly value: unknown;
  readonly refusals: readonly Refusal[];
}

class Conversion {
  readonly refusals: Refusal[] = [];
  readonly #targets: AliasTargets;
  /** The anchored nodes being expanded at the moment: meeting one again means that it contains itself. */
  readonly #open = new Set<Node>();
  #aliasedNodes = 0;
  #isExhausted = false;

  constructor(targets: AliasTargets) {
    this.#targets = targets;
  }

  convert(node: unknown, depth: number): unknown {
    if (this.#open.size > 0) this.#aliasedNodes += 1;
    if (isAlias(node)) return this.#convertAlias(node, depth);
    if (isScalar(node)) return node.value;
    if (!isMap(node) && !isSeq(node)) return null;
    if (depth >= maxDepth) {
      this.#refuse(node, `maps and lists are nested more than ${maxDepth} deep`);
      return null;
    }
    if (isSeq(node)) return node.items.map((item) => this.convert(item, depth + 1));
    return this.#convertMap(node, depth + 1);
  }

  #convertMap(map: YAMLMap, depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    const keys = new Map<string, unknown>();
    for (const pair of map.items) {
      if (!isPair(pair)) continue;
      if (depth > 1 && map.flow !== true && this.#isNextEntry(pair.key, keys)) break;
      const name = this.#key(pair.key, keys);
      if (name === undefined) continue;
      keys.set(name, pair.key);
      result[name] = this.convert(pair.value, depth);
    }
    return result;
  }

  /** Whether a map starts anew with its first key: the rest of it would be refused key by key. */
  #isNextEntry(key: unknown, earlier: ReadonlyMap<string, unknown>): boolean {
    const [first] = earlier;
    if (first === undefined || !isScalar(key) || String(key.value) !== first[0]) return false;
    const hint = 'Put "- " before each entry of a list. If this is none, remove one of the two.';
    this.#refuse(key, `the key ${JSON.stringify(first[0])} is already given`, hint, first[1]);
    return true;
  }

  /** The name of a key, or undefined for one that is refused. */
  #key(key: unknown, earlier: ReadonlyMap<string, unknown>): string | undefined {
    if (!isScalar(key)) {
      this.#refuse(key, 'a key must be plain text');
      return undefined;
    }
    const name = String(key.value);
    if (name === '__proto__') {
      this.#refuse(key, '"__proto__" may not be used as a key');
      return undefined;
    }
    if (name === '<<') {
      const hint = 'Repeat the keys; ssh settings that all hosts share go under the top-level "ssh".';
      this.#refuse(key, 'merge keys ("<<") are not part of YAML 1.2', hint);
      return undefined;
    }
    if (earlier.has(name)) {
      const hint = 'Remove one of the two, or join them.';
      this.#refuse(key, `the key ${JSON.stringify(name)} is already given`, hint, earlier.get(name));
      return undefined;
    }
    return name;
  }

  #convertAlias(alias: Alias, depth: number): unknown {
    const target = this.#targets.get(alias);
    if (this.#isExhausted) return null;
    if (target === undefined) {
      this.#refuse(alias, `there is no anchor "&${alias.source}" before this alias`);
      return null;
    }
    if (this.#open.has(target)) {
      this.#refuse(alias, `the alias "*${alias.source}" contains itself`);
      return null;
    }
    if (this.#aliasedNodes > maxAliasedNodes) {
      this.#isExhausted = true;
      this.#refuse(alias, `the aliases stand for more than ${maxAliasedNodes} values`);
      return null;
    }
    this.#open.add(target);
    const value = this.convert(target, depth);
    this.#open.delete(target);
    return value;
  }

  #refuse(node: unknown, message: string, hint?: string, other?: unknown): void {
    this.refusals.push({
      span: spanOf(node) ?? textStart,
      message,
      hint,
      other: spanOf(other),
    });
  }
}
