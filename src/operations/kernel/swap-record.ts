// What is remembered of the swap that was switched off, and how its lines of /etc/fstab are put out of use.
import { managedDirectories, managedMark } from '../../core/managed.ts';

/** What was there before our first change, for reset. */
export const swapRecord = `${managedDirectories.state}/swap-before`;

export const fstab = '/etc/fstab';

/** Before a line of /etc/fstab that we have put out of use. */
const mark = '# ipvs-bootstrap: ';

/** Lines of a kind and its fields, with tabs between: `on`, priority and device; `link`, path and target; `mask`, unit; `fstab`, line. */
export function formatSwapRecord(lines: readonly string[]): string {
  return `${managedMark}\n# Swap as it was before; reset puts it back.\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** The lines without those of comment. */
export function parseSwapRecord(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** Puts a line out of use, as text; nothing else of the file changes. */
export function commentOut(text: string, numbers: ReadonlySet<number>): string {
  const lines = text.split('\n');
  return lines.map((line, index) => (numbers.has(index + 1) ? mark + line : line)).join('\n');
}

/** Lines that are not there any more as we left them are given as `missing`. */
export function putBack(
  text: string,
  saved: readonly string[],
): { readonly text: string; readonly missing: readonly string[] } {
  const lines = text.split('\n');
  const missing = saved.filter((line) => !lines.includes(mark + line) && !lines.includes(line));
  const ours = new Set(saved.map((line) => mark + line));
  return { text: lines.map((line) => (ours.has(line) ? line.slice(mark.length) : line)).join('\n'), missing };
}

/** The first line that is no UTF-8, counted from 1: what is read as text cannot be written back as it is. */
export function strangeLine(text: string): number | undefined {
  const at = text.split('\n').findIndex((line) => line.includes('\uFFFD'));
  return at < 0 ? undefined : at + 1;
}
