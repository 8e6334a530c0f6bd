// A source line with a caret under one column, safe to print on a terminal.
import type { SourcePosition } from '../core/errors.ts';

const width = 100;

/** The line of `text` at `where` and a caret under its column; long lines are cut around the caret. */
export function excerpt(text: string, where: Pick<SourcePosition, 'line' | 'column'>): string {
  const line = printable(lineOf(text, where.line));
  const start = Math.max(0, Math.min(where.column - 1 - width / 2, line.length - width));
  const shown = line.slice(start, start + width).trimEnd();
  const number = String(where.line);
  const caret = ' '.repeat(Math.max(0, where.column - 1 - start));
  return `${number} | ${shown}\n${' '.repeat(number.length)} | ${caret}^`;
}

/** Replaces what could move a terminal's cursor or hide text: control characters and direction marks. */
export function printable(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

function lineOf(text: string, line: number): string {
  let start = 0;
  for (let current = 1; current < line; current++) {
    const newline = text.indexOf('\n', start);
    if (newline === -1) return '';
    start = newline + 1;
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
}
