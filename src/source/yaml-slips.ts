// Small slips that upset a YAML file from some other line on: found in the text, near where the parser stumbled.
import { Lexer, type YAMLError } from 'yaml';
import type { Refusal } from './plain-value.ts';

interface Slip {
  /** From 0. */
  readonly line: number;
  readonly column: number;
  /** Of what is meant; 0 for a place where something is missing. */
  readonly length: number;
  readonly message: string;
  readonly hint: string;
}

/** The lines of a file, from 0, and the offset at which each starts. */
interface Text {
  readonly lines: readonly string[];
  readonly starts: readonly number[];
}

/** More errors than these are not shown anyway. */
const lookedAt = 100;

type Look = (lines: readonly string[], line: number, error: YAMLError) => Slip | undefined;

/**
 * The slips that explain errors of the parser. What it complains about behind the first of them follows from it, as a
 * slip upsets everything below; only what is a slip by itself is still told there. So are the errors before it.
 */
export function explainBySlips(
  text: string,
  errors: readonly YAMLError[],
): { readonly slips: readonly Refusal[]; readonly others: readonly YAMLError[] } {
  const { lines, starts } = splitLines(text);
  const lineOf = (error: YAMLError): number => starts.findLastIndex((start) => start <= error.pos[0]);
  // It is noticed at the end of the file, and there is one at most.
  const unclosed = errors.findIndex(({ message }) => message.startsWith('Missing closing'));
  const explained = errors.slice(0, lookedAt).flatMap((error, index) => {
    const line = lineOf(error);
    const slip = [
      ...plainLooks,
      ...(index === 0 ? firstLooks : []),
      ...(index === unclosed ? [openQuote] : []),
    ]
      .map((look) => look(lines, line, error))
      .find((found) => found !== undefined);
    return slip === undefined ? [] : [{ slip, index, line }];
  });
  const [first] = explained;
  if (first === undefined) return { slips: [], others: errors };
  return {
    slips: explained.map(({ slip: { line, column, length, message, hint } }) => {
      const start = (starts[line] ?? 0) + column;
      return { span: { start, end: start + length }, message, hint };
    }),
    others: errors.slice(0, first.index).filter((error) => lineOf(error) !== first.line),
  };
}

function splitLines(text: string): Text {
  const lines = text.split('\n');
  let next = 0;
  const starts = lines.map((line) => {
    const start = next;
    next += line.length + 1;
    return start;
  });
  return { lines, starts };
}

/** What is a slip wherever it stands. */
const plainLooks: readonly Look[] = [
  // `name:lab` is a text, and goes on in the lines below.
  (lines, line) => {
    const above = lineAbove(lines, line);
    const aboveIsKey = above !== undefined && !/^\s*-/.test(lines[above] ?? '');
    return blankAfterColon(lines, line) ?? (aboveIsKey ? blankAfterColon(lines, above) : undefined);
  },
  (lines, line) => {
    const [, before = '', key] = /^(\s*)-([A-Za-z][\w-]*):(?:\s|$)/.exec(lines[line] ?? '') ?? [];
    if (key === undefined) return undefined;
    return {
      line,
      column: before.length,
      length: 1,
      message: 'a blank is missing after "-"',
      hint: `Write "- ${key}: …".`,
    };
  },
];

/** What is one only if nothing above has upset the parser. */
const firstLooks: readonly Look[] = [
  // `hosts` and, below it, what it was to hold.
  (lines, line, { code }) => {
    if (!/IMPLICIT_KEY$|^MISSING_CHAR$/.test(code)) return undefined;
    const [, before = '', key] = /^(\s*(?:- +)?)([A-Za-z][\w-]*)\s*$/.exec(lines[line] ?? '') ?? [];
    if (key === undefined) return undefined;
    const [column, length] = [before.length, key.length];
    return { line, column, length, message: 'a ":" is missing here', hint: `Write "${key}:".` };
  },
  (lines, line, { message }) =>
    /^Flow .* end with a [\]}]/.test(message) ? openBracket(lines, line) : undefined,
  // The first entry of a list without its dash; the parser stumbles over the second.
  (lines, line, { message }) => {
    if (!/block sequence may not be used as an implicit map key/i.test(message)) return undefined;
    const dash = indentOf(lines[line] ?? '');
    let first = line;
    for (let above = line - 1; above >= 0; above--) {
      if (isEmpty(lines[above])) continue;
      if (indentOf(lines[above] ?? '') <= dash) break;
      first = above;
    }
    if (first === line || /^\s*- /.test(lines[first] ?? '')) return undefined;
    return {
      line: first,
      column: indentOf(lines[first] ?? ''),
      length: 0,
      message: 'a "- " is missing before this entry',
      hint: `The entries of a list start in the same column, each with "- ": see line ${line + 1}.`,
    };
  },
  // A value, and below it a key that is indented as if it belonged to the value.
  (lines, line, { code }) => {
    const above = lines[line] ?? '';
    const below = lines.findIndex((text, index) => index > line && !isEmpty(text));
    const keyAt = /^(\s*(?:- +)*)[\w-]+:\s+[^\s#|>{["']/.exec(above)?.[1]?.length;
    const indent = indentOf(lines[below] ?? '');
    const isDeeper = code === 'BLOCK_AS_IMPLICIT_KEY' && keyAt !== undefined && indent > keyAt;
    const key = /^\s*([\w-]+):(?:\s|$)/.exec(lines[below] ?? '')?.[1];
    if (!isDeeper || key === undefined) return undefined;
    return {
      line: below,
      column: indent,
      length: key.length,
      message: 'the indentation is deeper than that of the line above, which has a value already',
      hint: 'Keys of one map start in the same column.',
    };
  },
];

/** The quote that nothing closes: with its text it is the last of what the file is made of. */
function openQuote(lines: readonly string[]): Slip | undefined {
  const quoted = [...new Lexer().lex(lines.join('\n'))].findLast((token) => /^["']/.test(token));
  if (quoted === undefined) return undefined;
  const line = lines.length - quoted.split('\n').length;
  const [length = 0] = quoted.split('\n').map((text) => text.length);
  const column = (lines[line] ?? '').length - length;
  return {
    line,
    column,
    length,
    message: 'this quote is never closed',
    hint: 'Write it again at the end of the text.',
  };
}

const closers: Readonly<Record<string, string>> = { '[': ']', '{': '}' };

/** The last bracket up to a line that nothing closes up to the end of its own line. */
function openBracket(lines: readonly string[], line: number): Slip | undefined {
  const above = lines.findLastIndex((text, index) => index <= line && unclosed(text) !== undefined);
  const column = unclosed(lines[above] ?? '');
  if (column === undefined) return undefined;
  const opener = lines[above]?.[column] ?? '';
  const message = `this "${opener}" is not closed: a "${closers[opener] ?? ''}" is missing`;
  return { line: above, column, length: 1, message, hint: 'Close every "{" and "[".' };
}

/** The column of the last bracket in a line that is not closed there. */
function unclosed(text: string): number | undefined {
  const open: { readonly column: number; readonly closer: string | undefined }[] = [];
  for (const { 0: character, index } of text.matchAll(/"[^"]*"|'[^']*'|[[\]{}]/g)) {
    if (character in closers) open.push({ column: index, closer: closers[character] });
    else if (character === open.at(-1)?.closer) open.pop();
  }
  return open.at(-1)?.column;
}

function blankAfterColon(lines: readonly string[], line: number): Slip | undefined {
  // Two slashes: an address of the web.
  const [, before = '', key] = /^(\s*(?:- +)*)([A-Za-z][\w-]*):(?!\/\/|:)\S/.exec(lines[line] ?? '') ?? [];
  if (key === undefined) return undefined;
  const column = before.length + key.length + 1;
  return { line, column, length: 0, message: 'a blank is missing after ":"', hint: `Write "${key}: …".` };
}

function lineAbove(lines: readonly string[], line: number): number | undefined {
  const above = lines.findLastIndex((text, index) => index < line && !isEmpty(text));
  return above === -1 ? undefined : above;
}

function isEmpty(line = ''): boolean {
  return /^\s*(#|$)/.test(line);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
