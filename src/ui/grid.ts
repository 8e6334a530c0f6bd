// A table that fits a width: painted cells, and columns that give way to more important ones on narrow screens.
import type { Paint } from './style.ts';

export interface Cell {
  readonly text: string;
  readonly paint?: Paint;
}

export interface Column {
  readonly title: string;
  /** 0 is never left out; of the others the highest goes first. */
  readonly rank: number;
}

const gap = 3;

/** Lines of at most `width` characters, the first with the titles. Rows have a cell for each column. */
export function gridLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  heading: Paint,
): readonly string[] {
  const titles = columns.map(({ title }): Cell => ({ text: title, paint: heading }));
  const cells = [titles, ...rows];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => lengthOf(row[index]))));
  const shown = fitting(columns, widths, width);
  return cells.map((row) => rowLine(row, shown, widths, width));
}

function lengthOf(cell: Cell | undefined): number {
  return cell?.text.length ?? 0;
}

/** The columns that are shown, by index. */
function fitting(columns: readonly Column[], widths: readonly number[], width: number): readonly number[] {
  let shown = columns.map((_, index) => index);
  const total = (): number => shown.reduce((sum, index) => sum + (widths[index] ?? 0) + gap, -gap);
  while (total() > width) {
    const rankOf = (index: number): number => columns[index]?.rank ?? 0;
    const least = shown.reduce((worst, index) => (rankOf(index) >= rankOf(worst) ? index : worst), 0);
    if (rankOf(least) === 0) break;
    shown = shown.filter((index) => index !== least);
  }
  return shown;
}

function rowLine(
  row: readonly Cell[],
  shown: readonly number[],
  widths: readonly number[],
  width: number,
): string {
  let line = '';
  let used = 0;
  let blanks = '';
  for (const index of shown) {
    const { text = '', paint } = row[index] ?? {};
    const room = Math.max(0, width - used - blanks.length);
    const clipped = clip(text, room);
    if (clipped !== '') {
      line += blanks + (paint === undefined ? clipped : paint(clipped));
      used += blanks.length + clipped.length;
      blanks = '';
    }
    blanks += ' '.repeat((widths[index] ?? 0) - text.length + gap);
  }
  return line;
}

/** At most so many characters; what is cut off shows as "…". */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}${width > 0 ? '…' : ''}`;
}
