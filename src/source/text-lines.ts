// Offsets in a file's text → lines and columns, and lines with carets.
import type { SourcePosition } from '../core/errors.ts';
import { excerpt, type Line, type Mark } from './excerpt.ts';
import { maskSecrets } from './mask-secrets.ts';
import { commentStart, type Span } from './span.ts';

/** How many lines above an error are looked through for one with text. */
const maxLinesAbove = 20;
/** More of a long line than can be shown. */
const maxMarked = 1000;

/** The lines of one file. They are found when they are first asked for: many files have nothing to say of theirs. */
export class TextLines {
  readonly file: string;
  readonly #text: string;
  #foundStarts: readonly number[] | undefined;
  #shownText: string | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text;
  }

  position(offset: number): SourcePosition {
    const number = this.#numberOf(offset);
    return { file: this.file, line: number, column: offset - this.#startOf(number) + 1 };
  }

  /** Where a text stands first within a part; undefined when it is not written so there, as with escapes. */
  find(text: string, within: Span): Span | undefined {
    const at = this.#text.slice(within.start, within.end).indexOf(text);
    const start = within.start + at;
    return at === -1 ? undefined : { start, end: start + text.length };
  }

  /** A message that names the line of the other part that it is about. */
  withOther(message: string, other: Span | undefined): string {
    return other === undefined ? message : `${message} (line ${this.#numberOf(other.start)})`;
  }

  /**
   * The line where a part starts with carets under the part, and that of the other part. A part that starts its line
   * is told by what stands above it, so the line before is shown, too.
   */
  excerpt(part: Span, other?: Span): string {
    const mark = this.#mark(part);
    const otherMark = other === undefined ? undefined : this.#mark(other);
    const above = startsLine(mark) ? this.#lineAbove(mark) : undefined;
    return excerpt(
      otherMark === undefined ? [mark] : [mark, otherMark],
      above?.number === otherMark?.number ? undefined : above,
    );
  }

  /** What goes on in the lines below is marked to the end of its first line. */
  #mark({ start, end }: Span): Mark {
    const number = this.#numberOf(start);
    const { text } = this.#line(number);
    const [from, to] = [start - this.#startOf(number), end - this.#startOf(number)];
    if (to <= text.length) return { number, text, start: from, end: to };
    const rest = text.slice(from, from + maxMarked);
    return { number, text, start: from, end: from + rest.slice(0, commentStart(rest)).trimEnd().length };
  }

  /** The nearest line above that has more than blanks and a comment. */
  #lineAbove({ number, start }: Mark): Line | undefined {
    for (let above = number - 1; above >= Math.max(1, number - maxLinesAbove); above--) {
      const line = this.#line(above);
      if (!/^\s*(?:#|$)/.test(line.text)) return line;
      // At the margin, a blank line parts what does not belong together.
      if (start === 0 && line.text.trim() === '') return undefined;
    }
    return undefined;
  }

  /** A line as it may be shown. */
  #line(number: number): Line {
    this.#shownText ??= maskSecrets(this.#text);
    const start = this.#startOf(number);
    const newline = this.#shownText.indexOf('\n', start);
    const text = this.#shownText.slice(start, newline === -1 ? undefined : newline);
    return { number, text: text.replace(/\r$/, '') };
  }

  #numberOf(offset: number): number {
    const starts = this.#starts();
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #startOf(number: number): number {
    return this.#starts()[number - 1] ?? 0;
  }

  #starts(): readonly number[] {
    this.#foundStarts ??= lineStarts(this.#text);
    return this.#foundStarts;
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let newline = text.indexOf('\n'); newline !== -1; newline = text.indexOf('\n', newline + 1)) {
    starts.push(newline + 1);
  }
  return starts;
}

/** Whether there is nothing before a mark but blanks and the dashes of lists. */
function startsLine({ text, start }: Mark): boolean {
  return /^[\s-]*$/.test(text.slice(0, start));
}
