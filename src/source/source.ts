// A parsed file that still knows where everything stands, so that each error can point at its place.
import { LineCounter, parseDocument, type Document, type ParsedNode } from 'yaml';
import { BootstrapError, ErrorList, type ErrorCode, type SourcePosition } from '../core/errors.ts';
import { excerpt } from './excerpt.ts';
import { describeIssue, withoutEchoes, type Issue, type Schema } from './issue.ts';
import { locate, type EntryPart } from './locate.ts';
import type { DocumentPath } from './path.ts';
import { aliasTargets, plainValue, type AliasTargets, type Refusal } from './plain-value.ts';
import { describeYamlError } from './yaml-error.ts';

/** What an error may say besides its message. */
export interface Remark {
  /** What the user can do, as a sentence. */
  readonly hint?: string | undefined;
  /** Another place that has to do with it; its line is shown too. */
  readonly other?: DocumentPath;
}

/** A file's content as plain data (maps, lists, texts, numbers, true/false, null), with a way back to its lines. */
export class Source {
  readonly file: string;
  readonly value: unknown;
  readonly #text: string;
  readonly #root: ParsedNode | null;
  readonly #targets: AliasTargets;
  readonly #lines: LineCounter;

  /** @internal Use `parseSource` or `readSource`. */
  constructor(file: string, text: string, parsed: Parsed) {
    this.file = file;
    this.value = parsed.value;
    this.#text = text;
    this.#root = parsed.document.contents as ParsedNode | null;
    this.#targets = parsed.targets;
    this.#lines = parsed.lines;
  }

  /** The position of the entry at `path`; of the nearest entry above it when there is none. */
  at(path: DocumentPath, part: EntryPart = 'value'): SourcePosition {
    return position(this.file, this.#lines, locate(this.#root, this.#targets, path, part));
  }

  /** The line at a position with a caret under its column. */
  excerpt(where: SourcePosition): string {
    return excerpt(this.#text, where);
  }

  /** An error about the entry at `path`, with its line, and the other place's line when the remark names one. */
  error(
    code: ErrorCode,
    message: string,
    path: DocumentPath,
    part: EntryPart,
    remark: Remark = {},
  ): BootstrapError {
    const where = this.at(path, part);
    const places = remark.other === undefined ? [where] : [where, this.at(remark.other)];
    return new BootstrapError(code, message, {
      where,
      detail: places.map((place) => this.excerpt(place)).join('\n'),
      ...(remark.hint === undefined ? {} : { hint: remark.hint }),
    });
  }

  /**
   * One error for each mistake that a zod schema found, in file order.
   * @param schema the schema that was used: gives the valid keys ("did you mean …?") and the names of things
   * @param at where in the document the checked value stands
   */
  errorsFrom(
    issues: readonly Issue[],
    code: ErrorCode,
    schema?: Schema,
    at: DocumentPath = [],
  ): BootstrapError[] {
    return withoutEchoes(issues.flatMap((issue) => describeIssue(issue, this.value, schema, at)))
      .map((mistake) => this.error(code, mistake.message, mistake.path, mistake.part, { hint: mistake.hint }))
      .sort(byPosition);
  }
}

interface Parsed {
  readonly value: unknown;
  readonly document: Document;
  readonly targets: AliasTargets;
  readonly lines: LineCounter;
}

/**
 * Parses the text of a YAML 1.2 file with one document.
 * @throws BootstrapError or ErrorList with `code`, each with its position
 */
export function parseSource(file: string, text: string, code: ErrorCode): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false, // Its check takes time with the square of the number of keys; plainValue has its own.
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  const complaints = [...document.errors, ...document.warnings].map(describeYamlError);
  refuse(file, text, lines, code, [...complaints, ...oldVersion(document)]);
  const targets = aliasTargets(document);
  const { value, refusals } = plainValue(document, targets);
  refuse(file, text, lines, code, refusals);
  return new Source(file, text, { value, document, targets, lines });
}

function oldVersion(document: Document): Refusal[] {
  if (document.directives?.yaml.explicit !== true || document.directives.yaml.version === '1.2') return [];
  return [{ offset: 0, message: 'only YAML 1.2 is read', hint: 'Remove the "%YAML" line.' }];
}

/** Throws what was refused: one for each line, because one slip often makes several complaints about it. */
function refuse(
  file: string,
  text: string,
  lines: LineCounter,
  code: ErrorCode,
  all: readonly Refusal[],
): void {
  const byLine = new Map<number, BootstrapError>();
  for (const refusal of all) {
    const where = position(file, lines, refusal.offset);
    if (byLine.has(where.line)) continue;
    const { message, hint } = refusal;
    const details = { where, detail: excerpt(text, where), ...(hint === undefined ? {} : { hint }) };
    byLine.set(where.line, new BootstrapError(code, message, details));
  }
  const [first, ...rest] = [...byLine.values()].sort(byPosition);
  if (first !== undefined) throw new ErrorList([first, ...rest]);
}

function position(file: string, lines: LineCounter, offset: number): SourcePosition {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(1, line), column: Math.max(1, col) };
}

/** Sorts errors of one file by their place in it. */
export function byPosition(first: BootstrapError, second: BootstrapError): number {
  const [a, b] = [first.where, second.where];
  if (a === undefined || b === undefined || !('file' in a) || !('file' in b)) return 0;
  return a.line - b.line || a.column - b.column;
}
