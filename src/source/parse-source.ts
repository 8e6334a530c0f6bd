// Text → Source: YAML without tags and merge keys, everything else refused with its position. Files for this program are
// one document of YAML 1.2, those for Kubernetes a stream of YAML 1.1.
import { parseAllDocuments, parseDocument, type CollectionTag, type Document, type ScalarTag } from 'yaml';
import { BootstrapError, type ErrorCode } from '../core/errors.ts';
import { aliasTargets, plainValue, type Refusal } from './plain-value.ts';
import { Source } from './source.ts';
import { textStart } from './span.ts';
import { TextLines } from './text-lines.ts';
import { throwErrors } from './throw-errors.ts';
import { describeYamlErrors } from './yaml-error.ts';

/**
 * Parses the text of a YAML 1.2 file with one document.
 * @param code the code of the errors, such as `inventory.invalid`
 * @throws ErrorList with `code`, each error with its position
 */
export function parseSource(file: string, text: string, code: ErrorCode): Source {
  const document = parseDocument(text, {
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false, // Its check takes time with the square of the number of keys; plainValue has its own.
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    logLevel: 'error', // Not 'silent': that would also let a second document pass unseen.
  });
  const lines = new TextLines(file, text);
  refuse(lines, code, [
    ...describeYamlErrors([...document.errors, ...document.warnings], text),
    ...oldVersion(document, text),
  ]);
  const targets = aliasTargets(document);
  const { value, refusals } = plainValue(document, targets);
  refuse(lines, code, refusals);
  if (value === null) refuse(lines, code, [{ span: textStart, message: 'the file is empty' }]);
  return new Source({ value, root: document.contents, targets, lines });
}

/** YAML 1.1 has more kinds of values than its readers written in Go: there 12:30 and 2026-01-01 are texts. */
const unknownToGo = ['binary', 'merge', 'omap', 'pairs', 'set', 'timestamp'];

/**
 * Parses a stream of YAML 1.1 documents, in which 0644 is octal and "yes" is true. Empty documents are left out.
 * @param code the code of the errors, such as `inventory.invalid`
 * @throws ErrorList with `code`, each error with its position
 */
export function parseStream(file: string, text: string, code: ErrorCode): readonly Source[] {
  const lines = new TextLines(file, text);
  const stream = parseAllDocuments(text, {
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
    version: '1.1',
    schema: 'yaml-1.1',
    customTags: (tags) => tags.filter(isKnownToGo),
    logLevel: 'error',
  });
  const documents: readonly Document[] = Array.isArray(stream) ? stream : [];
  refuse(
    lines,
    code,
    describeYamlErrors(
      documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]),
      text,
    ),
  );
  const read = documents.map((document) => {
    const targets = aliasTargets(document);
    return { document, targets, ...plainValue(document, targets) };
  });
  refuse(
    lines,
    code,
    read.flatMap(({ refusals }) => refusals),
  );
  return read
    .filter(({ value }) => value !== null)
    .map(({ document, targets, value }) => new Source({ value, root: document.contents, targets, lines }));
}

function isKnownToGo(tag: string | CollectionTag | ScalarTag): boolean {
  if (typeof tag === 'string') return !unknownToGo.includes(tag);
  const isTime = 'format' in tag && tag.format === 'TIME';
  return !isTime && !unknownToGo.includes(tag.tag.replace('tag:yaml.org,2002:', ''));
}

function oldVersion(document: Document, text: string): Refusal[] {
  const version = document.directives?.yaml;
  if (version?.explicit !== true || version.version === '1.2') return [];
  const start = Math.max(0, text.search(/^%YAML/m));
  const span = { start, end: text.length };
  return [{ span, message: 'only YAML 1.2 is read', hint: 'Remove the "%YAML" line.' }];
}

/**
 * Does nothing when nothing was refused.
 * @throws ErrorList one for each line, because one slip often makes several complaints about it
 */
function refuse(lines: TextLines, code: ErrorCode, refusals: readonly Refusal[]): void {
  const byLine = new Map<number, Refusal>();
  for (const refusal of refusals) {
    const { line } = lines.position(refusal.span.start);
    if (!byLine.has(line)) byLine.set(line, refusal);
  }
  throwErrors([...byLine.values()].map((refusal) => refusalError(lines, code, refusal)));
}

function refusalError(
  lines: TextLines,
  code: ErrorCode,
  { span, message, hint, other }: Refusal,
): BootstrapError {
  return new BootstrapError(code, lines.withOther(message, other), {
    where: lines.position(span.start),
    detail: lines.excerpt(span, other),
    hint,
  });
}
