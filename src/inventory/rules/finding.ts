// What a rule found: a sentence, its place, and the place of the other side.
import type { EntryPart } from '../../source/locate.ts';
import type { DocumentPath } from '../../source/path.ts';
import type { Placed } from './entry.ts';
import type { Outline } from './outline.ts';

export interface Finding {
  /** Warnings are shown and do not stop anything. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly path: DocumentPath;
  readonly part: EntryPart;
  readonly hint?: string;
  /** The entry that this one collides with. */
  readonly other?: DocumentPath;
}

/** Finds what is wrong between parts of an inventory that are each right by themselves. */
export type Rule = (outline: Outline) => Iterable<Finding>;

type Details = Partial<Pick<Finding, 'severity' | 'part' | 'hint' | 'other'>>;

/** A finding about an entry's value; an error if nothing else is said. */
export function finding(message: string, path: DocumentPath, details: Details = {}): Finding {
  return { severity: 'error', part: 'value', message, path, ...details };
}

/** Every value that an earlier one already has, with that earlier one. */
export function* repeated<T>(
  values: readonly Placed<T>[],
  key: (value: T) => string,
): Generator<{ readonly first: Placed<T>; readonly again: Placed<T> }> {
  const seen = new Map<string, Placed<T>>();
  for (const placed of values) {
    const first = seen.get(key(placed.value));
    if (first === undefined) seen.set(key(placed.value), placed);
    else yield { first, again: placed };
  }
}
