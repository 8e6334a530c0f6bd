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

/** One slip, one error: drops "x is missing" where a misspelt x was found, and all but the first about one value. */
export function withoutEchoes(mistakes: readonly Mistake[]): readonly Mistake[] {
  const misspelt = new Set(
    mistakes.flatMap(({ key }) => (key?.is === 'misspelt' ? [formatPath(key.meant)] : [])),
  );
  const values = new Set<string>();
  return mistakes.filter(({ key, path, part }) => {
    if (key?.is === 'missing') return !misspelt.has(formatPath(key.meant));
    if (part === 'key') return true;
    const name = formatPath(path);
    const isFirst = !values.has(name);
    values.add(name);
    return isFirst;
  });
}
