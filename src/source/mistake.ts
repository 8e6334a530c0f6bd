// One mistake in a document, before it becomes an error: what is wrong, where, and what was probably meant.
import type { EntryPart } from './locate.ts';
import { formatPath, type DocumentPath } from './path.ts';

export interface Mistake {
  readonly path: DocumentPath;
  readonly part: EntryPart;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Set for a key that is missing, and for an unknown key that was probably meant to be another. */
  readonly key?: { readonly is: 'missing' | 'misspelt'; readonly meant: DocumentPath };
}

/** Drops "x is missing" where a misspelt x was found: one slip, one error. */
export function withoutEchoes(mistakes: readonly Mistake[]): readonly Mistake[] {
  const misspelt = new Set(
    mistakes.flatMap(({ key }) => (key?.is === 'misspelt' ? [formatPath(key.meant)] : [])),
  );
  return mistakes.filter(({ key }) => key?.is !== 'missing' || !misspelt.has(formatPath(key.meant)));
}
