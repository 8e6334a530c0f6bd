// A parsed file that still knows where everything stands, so that each error can point at its place.
import type { Node } from 'yaml';
import { BootstrapError, type ErrorCode, type SourcePosition } from '../core/errors.ts';
import type { Issue } from './issue-words.ts';
import { describeIssue } from './issue.ts';
import { locate, type EntryPart } from './locate.ts';
import { withoutEchoes } from './mistake.ts';
import type { DocumentPath } from './path.ts';
import type { AliasTargets } from './plain-value.ts';
import type { Schema } from './schema-walk.ts';
import type { Span } from './span.ts';
import type { TextLines } from './text-lines.ts';

/** More mistakes than anyone reads; a file with more is not what it was taken for. */
const maxErrors = 1000;

/** What is wrong with an entry of the document. */
export interface EntryMistake {
  readonly message: string;
  readonly path: DocumentPath;
  /** The value by default. */
  readonly part?: EntryPart;
  /** What the user can do, as a sentence. */
  readonly hint?: string | undefined;
  /** Only this part of the entry is meant: it is looked for as it is written. */
  readonly written?: string | undefined;
  /** Another entry that has to do with it: its line is named and shown too. */
  readonly other?: DocumentPath | undefined;
}

/** What the parser found. */
export interface Parsed {
  readonly value: unknown;
  readonly root: Node | null;
  readonly targets: AliasTargets;
  readonly lines: TextLines;
}

/** A file's content as plain data (maps, lists, texts, numbers, true/false, null), with a way back to its lines. */
export class Source {
  readonly file: string;
  readonly value: unknown;
  readonly #parsed: Parsed;

  /** @internal Use `parseSource` or `readSource`. */
  constructor(parsed: Parsed) {
    this.file = parsed.lines.file;
    this.value = parsed.value;
    this.#parsed = parsed;
  }

  /** The position of the entry at `path`; of the nearest entry above it when there is none. */
  at(path: DocumentPath, part: EntryPart = 'value'): SourcePosition {
    return this.#parsed.lines.position(this.#span(path, part).start);
  }

  /** The line of the entry at `path` with carets under it. */
  excerpt(path: DocumentPath, part: EntryPart = 'value'): string {
    return this.#parsed.lines.excerpt(this.#span(path, part));
  }

  /** An error about an entry, with its line and that of the other entry. */
  error(code: ErrorCode, { message, path, part = 'value', hint, ...remark }: EntryMistake): BootstrapError {
    const { lines } = this.#parsed;
    const span = this.#span(path, part, remark.written);
    const other = remark.other === undefined ? undefined : this.#span(remark.other, 'value');
    return new BootstrapError(code, lines.withOther(message, other), {
      where: lines.position(span.start),
      detail: lines.excerpt(span, other),
      hint,
    });
  }

  /**
   * One error for each mistake that a zod schema found, in file order; at most 1000.
   * @param schema the schema that was used: gives the valid keys ("did you mean …?") and the names of things
   * @param at where in the document the checked value stands
   */
  errorsFrom(
    issues: readonly Issue[],
    code: ErrorCode,
    schema?: Schema,
    at: DocumentPath = [],
  ): BootstrapError[] {
    const checked = { document: this.value, schema, at };
    return withoutEchoes(issues.slice(0, maxErrors).flatMap((issue) => describeIssue(issue, checked)))
      .slice(0, maxErrors)
      .map(({ message, path, part, hint }) => this.error(code, { message, path, part, hint }))
      .sort(byPosition);
  }

  #span(path: DocumentPath, part: EntryPart, written?: string): Span {
    const { root, targets, lines } = this.#parsed;
    const span = locate(root, targets, path, part);
    return (written === undefined ? undefined : lines.find(written, span)) ?? span;
  }
}

/** Sorts errors of one file by their place in it. */
export function byPosition(first: BootstrapError, second: BootstrapError): number {
  const [a, b] = [first.where, second.where];
  if (a === undefined || b === undefined || !('file' in a) || !('file' in b)) return 0;
  return a.line - b.line || a.column - b.column;
}
