// A source line with a caret under one column, safe to print on a terminal.
import type { SourcePosition } from '../core/errors.ts';

const width = 100;

/** One line with its number and a caret under a column; long lines are cut around the caret. */
export function excerpt(fullLine: string, where: Pick<SourcePosition, 'line' | 'column'>): string {
  const line = withoutSecrets(printable(fullLine.replace(/\r$/, '')));
  const start = Math.max(0, Math.min(where.column - 1 - width / 2, line.length - width));
  const before = start > 0 ? '…' : '';
  const after = start + width < line.length ? '…' : '';
  const shown = `${before}${line.slice(start, start + width).trimEnd()}${after}`;
  const number = String(where.line);
  const caret = ' '.repeat(Math.max(0, where.column - 1 - start + before.length));
  return `${number} | ${shown}\n${' '.repeat(number.length)} | ${caret}^`;
}

/** Passwords do not belong into these files, but some write them there; as long as before, for the caret's sake. */
function withoutSecrets(line: string): string {
  return line.replaceAll(secretEntry, (_, key: string, value: string) => key + '*'.repeat(value.length));
}

/** A value behind such a key, in quotes, or up to the end of the line. Maps and expressions are no secrets. */
const secretEntry =
  /((?:password|passphrase|token|secret)["']?\s*:\s*)(?!["']?\$\{\{)("(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^\s"'{[].*?(?=[\s}\]]*$))/gi;

/** Replaces what could move a terminal's cursor or hide text: control characters and direction marks. */
export function printable(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
