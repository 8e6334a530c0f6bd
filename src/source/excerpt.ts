// Source lines with carets under a part of them, safe to print on a terminal.
import { columnsOf, head, tail } from './columns.ts';

const width = 100;
/** Lines may have millions of characters: no farther from the carets is looked. A letter and its accents are many. */
const reach = 3 * width;

/** A line of a file, with its secrets masked. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** A line and the part of it that is meant. An empty part still gets a caret. */
export interface Mark extends Line {
  /** Counted in UTF-16 units from 0. */
  readonly start: number;
  readonly end: number;
}

/**
 * Lines with their numbers, each with carets under its mark; long ones are cut around the carets.
 * @param above a line to show before the first, cut as that is
 */
export function excerpt(marks: readonly Mark[], above?: Line): string {
  const numbers = [above, ...marks].flatMap((line) => (line === undefined ? [] : [String(line.number)]));
  const gutter = Math.max(...numbers.map(({ length }) => length));
  const row = (number: string, text: string): string => `${number.padStart(gutter)} | ${text}`;
  const drawn = marks.map((mark) => ({ ...drawMark(mark), number: String(mark.number) }));
  const rows = drawn.flatMap(({ number, line, carets }) => [row(number, line), row('', carets)]);
  return [
    ...(above === undefined ? [] : [row(String(above.number), drawAbove(above.text, drawn[0]?.hidden ?? 0))]),
    ...rows,
  ].join('\n');
}

interface Drawn {
  readonly line: string;
  readonly carets: string;
  /** How many UTF-16 units are cut off before what is shown. */
  readonly hidden: number;
}

function drawMark({ text, start, end }: Mark): Drawn {
  const before = printable(text.slice(Math.max(0, start - reach), start));
  const rest = printable(text.slice(start, start + reach));
  const part = rest.slice(0, Math.max(0, end - start));
  // Half of what is shown stands before the carets, less for a long part, and more where the line ends soon.
  const share = Math.max(width / 5, Math.min(width / 2, width - columnsOf(part)));
  const left = tail(before, Math.max(share, width - columnsOf(head(rest, width))));
  const right = head(rest, width - columnsOf(left));
  const hidden = start - left.length;
  const indent = cutBefore(hidden).length + columnsOf(left);
  const meant = columnsOf(right.slice(0, part.length));
  return {
    line: `${cutBefore(hidden)}${left}${right}`.trimEnd() + cutBehind(text, start + right.length),
    carets: ' '.repeat(indent) + '^'.repeat(Math.max(1, meant)),
    hidden,
  };
}

function drawAbove(text: string, hidden: number): string {
  const shown = head(printable(text.slice(hidden, hidden + reach)), width);
  return `${cutBefore(hidden)}${shown}`.trimEnd() + cutBehind(text, hidden + shown.length);
}

function cutBefore(hidden: number): string {
  return hidden > 0 ? '…' : '';
}

function cutBehind(text: string, end: number): string {
  return end < text.length ? '…' : '';
}

/** Replaces what could move a terminal's cursor or hide text, such as control characters and direction marks. */
export function printable(text: string): string {
  // As long as before, for the carets' sake.
  return text
    .replaceAll('\t', ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (found) => '\uFFFD'.repeat(found.length));
}
