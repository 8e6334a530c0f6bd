// Text → Source: YAML 1.2, one document, no tags, no merge keys, everything else refused with its position.
import { parseDocument, type Document } from 'yaml';
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
