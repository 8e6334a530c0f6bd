// Offsets in a file's text → lines and columns, and lines with a caret.
import type { LineCounter } from 'yaml';
import type { SourcePosition } from '../core/errors.ts';
import { excerpt } from './excerpt.ts';

/** The lines of one file, found by the parser while it read them. */
export class TextLines {
  readonly file: string;
  readonly #text: string;
  readonly #lines: LineCounter;

  constructor(file: string, text: string, lines: LineCounter) {
    this.file = file;
    this.#text = text;
    this.#lines = lines;
  }

  position(offset: number): SourcePosition {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** The line at a position with a caret under its column. */
  excerpt(where: SourcePosition): string {
    const start = this.#lines.lineStarts[where.line - 1] ?? 0;
    const newline = this.#text.indexOf('\n', start);
    return excerpt(this.#text.slice(start, newline === -1 ? undefined : newline), where);
  }
}
