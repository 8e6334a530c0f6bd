// Text → Source: YAML 1.2, one document, no tags, no merge keys, everything else refused with its position.
import { LineCounter, parseDocument, type Document } from 'yaml';
import { BootstrapError, type ErrorCode } from '../core/errors.ts';
import { aliasTargets, plainValue, type Refusal } from './plain-value.ts';
import { Source } from './source.ts';
import { TextLines } from './text-lines.ts';
import { throwErrors } from './throw-errors.ts';
import { describeYamlErrors } from './yaml-error.ts';

/**
 * Parses the text of a YAML 1.2 file with one document.
 * @param code the code of the errors, such as `inventory.invalid`
 * @throws ErrorList with `code`, each error with its position
 */
export function parseSource(file: string, text: string, code: ErrorCode): Source {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false, // Its check takes time with the square of the number of keys; plainValue has its own.
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    logLevel: 'error', // Not 'silent': that would also let a second document pass unseen.
  });
  const lines = new TextLines(file, text, counter);
  refuse(lines, code, [
    ...describeYamlErrors([...document.errors, ...document.warnings], text),
    ...oldVersion(document),
  ]);
  const targets = aliasTargets(document);
  const { value, refusals } = plainValue(document, targets);
  refuse(lines, code, refusals);
  if (value === null) refuse(lines, code, [{ offset: 0, message: 'the file is empty' }]);
  return new Source({ value, root: document.contents, targets, lines });
}

function oldVersion(document: Document): Refusal[] {
  const version = document.directives?.yaml;
  if (version?.explicit !== true || version.version === '1.2') return [];
  return [{ offset: 0, message: 'only YAML 1.2 is read', hint: 'Remove the "%YAML" line.' }];
}

/**
 * Does nothing when nothing was refused.
 * @throws ErrorList one for each line, because one slip often makes several complaints about it
 */
function refuse(lines: TextLines, code: ErrorCode, refusals: readonly Refusal[]): void {
  const byLine = new Map<number, Refusal>();
  for (const refusal of refusals) {
    const { line } = lines.position(refusal.offset);
    if (!byLine.has(line)) byLine.set(line, refusal);
  }
  throwErrors([...byLine.values()].map((refusal) => refusalError(lines, code, refusal)));
}

function refusalError(
  lines: TextLines,
  code: ErrorCode,
  { offset, message, hint, otherOffset }: Refusal,
): BootstrapError {
  const where = lines.position(offset);
  const other = otherOffset === undefined ? undefined : lines.position(otherOffset);
  return new BootstrapError(code, other === undefined ? message : `${message} (line ${other.line})`, {
    where,
    detail: [where, other].flatMap((place) => (place === undefined ? [] : [lines.excerpt(place)])).join('\n'),
    hint,
  });
}
