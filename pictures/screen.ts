// What a terminal shows at one moment, read from the emulator: coloured runs of text, by line and column.
import type { IBufferCell, Terminal } from '@xterm/headless';

/** Text of one colour without gaps: what stands in a table's columns is a run each. */
export interface Run {
  /** Counted from the first line that was ever written, so that a line keeps it when the terminal scrolls. */
  readonly row: number;
  readonly column: number;
  readonly text: string;
  /** How it looks, as class names: "c2 bold". */
  readonly look: string;
}

export interface Screen {
  /** The row at the top of the window. */
  readonly top: number;
  readonly runs: readonly Run[];
}

/** Stands for each glyph of a turning spinner, so that its turning alone makes no new screen. */
export const spinner = '\u28ff';

/** The place where the next letter will stand. */
export const cursor = '\u2588';

const spinnerGlyph = /[\u2801-\u28ff]/;
/** Marks are often wider than letters, so each is a run of its own. */
const mark = /[\u2190-\u2bff]/;

/** Reads all lines of a terminal, those that have scrolled out as well. */
export function readScreen(terminal: Terminal, { withCursor }: { readonly withCursor: boolean }): Screen {
  const { active: buffer } = terminal.buffer;
  const runs = Array.from({ length: buffer.length }, (_, row) => rowRuns(terminal, row)).flat();
  const place = { row: buffer.baseY + buffer.cursorY, column: buffer.cursorX, text: cursor, look: '' };
  return { top: buffer.baseY, runs: withCursor ? [...runs, place] : runs };
}

/** The lines as text, as they would be copied from the terminal. */
export function textLines({ runs }: Screen): readonly string[] {
  const lines: string[] = [];
  for (const { row, column, text } of runs) {
    while (lines.length <= row) lines.push('');
    if (text !== cursor) lines[row] = (lines[row] ?? '').padEnd(column) + text;
  }
  return lines;
}

function rowRuns({ buffer: { active }, cols }: Terminal, row: number): readonly Run[] {
  const line = active.getLine(row);
  const runs: Run[] = [];
  for (let column = 0; column < cols; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = glyphOf(cell);
    const look = text === ' ' ? '' : lookOf(cell);
    const last = runs.at(-1);
    if (last !== undefined && belongsTo(last, text, look)) {
      runs[runs.length - 1] = { ...last, text: last.text + text };
    } else {
      runs.push({ row, column, text, look });
    }
  }
  return runs.flatMap(words);
}

function glyphOf(cell: IBufferCell): string {
  const text = cell.getChars();
  if (text === '') return ' ';
  return spinnerGlyph.test(text) ? spinner : text;
}

/** A blank looks the same in every colour. */
function belongsTo({ text: before, look: lookBefore }: Run, text: string, look: string): boolean {
  if (isAlone(before) || isAlone(text)) return false;
  return text === ' ' || look === lookBefore;
}

function isAlone(text: string): boolean {
  return text === spinner || mark.test(text);
}

/** The parts of a run between gaps of two blanks and more. */
function words(run: Run): readonly Run[] {
  return [...run.text.matchAll(/\S+(?: \S+)*/g)].map((match) => ({
    ...run,
    column: run.column + match.index,
    text: match[0],
  }));
}

/** The program keeps to the sixteen colours that every terminal has; any other shows as plain text. */
function lookOf(cell: IBufferCell): string {
  const colour = cell.isFgPalette() && cell.getFgColor() < 16 ? [`c${cell.getFgColor()}`] : [];
  return [...colour, ...(cell.isBold() ? ['bold'] : []), ...(cell.isDim() ? ['dim'] : [])].join(' ');
}
