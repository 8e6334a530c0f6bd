// Asterisks over secrets. Passwords do not belong into these files, but some write them there.
import { hideLogins } from '../core/secret.ts';

type Quote = '"' | "'";

/** A value of which more may stand in the lines below. */
interface Open {
  /** Where its key starts: a line that is indented more belongs to the value. */
  readonly indent: number;
  /**
   * What has been seen of it: the key only, so that a map may follow; the head of a text below, such as "|"; a text that
   * may go on, or surely does; the quote that is to be closed; or all, if all is well.
   */
  readonly seen: 'key' | 'head' | 'text' | 'longText' | Quote | 'all';
}

interface Masked {
  readonly line: string;
  readonly open?: Open | undefined;
}

/**
 * Masks the values of keys such as `password`, in all the lines they take. Maps and expressions are no secrets. Goes
 * by the text alone, as the file may be no YAML, and rather masks too much. Each line stays as long as it was, for the
 * carets' sake.
 */
export function maskSecrets(text: string): string {
  let open: Open | undefined;
  const lines = text.split('\n').map((line) => {
    const masked = maskLine(line, open);
    open = masked.open;
    return masked.line;
  });
  return hideLogins(lines.join('\n'), stars);
}

function maskLine(line: string, open: Open | undefined): Masked {
  if (open === undefined) return maskValues(line, 0);
  if (isQuote(open.seen)) return maskPart(line, quotedIn(line, 0, open.seen), open);
  if (!goesOn(line, open)) return maskValues(line, 0);
  if (/^\s*(?:#|$)/.test(line)) return { line: stars(line), open };
  if (open.seen === 'key') return maskPart(line, valueIn(line, indentOf(line)), open);
  return { line: stars(line), open: open.seen === 'head' ? { ...open, seen: 'longText' } : open };
}

/** Masks a line that starts within a value. */
function maskPart(line: string, { end, seen }: Part, open: Open): Masked {
  if (seen === undefined || seen === 'all') return maskValues(line, end);
  return { line: stars(line), open: { ...open, seen: isQuote(seen) ? seen : 'longText' } };
}

/** Keys below that of a secret which say where it is to be found. */
export const secretSources = ['env', 'file', 'ask'];

/** How keys of secrets end, usual misspellings among them. */
const secretWord = String.raw`(?:pas+w\w{0,3}|pass(?:[ _-]?phrase)?|token|secret|(?:api|private)[_-]?key)`;
const secretKey = new RegExp(String.raw`${secretWord}["']?\s*:\s*`, 'gi');
const explicitKey = new RegExp(String.raw`^[\s-]*\?\s.*${secretWord}["']?\s*$`, 'i');
/** A key whose colon is forgotten. */
const bareKey =
  /^[\s-]*["']?(?:pas+w\w{0,3}|pass[ _-]?phrase)["']?(?=[ \t=])[ \t]*(?=[^\s:#])(?![^\s:]*:(?:\s|$))/i;
/** What is no secret behind such a key: a map that says where to find it, or an expression. */
const harmless = new RegExp(
  String.raw`\{\s*(?:["']?(?:${secretSources.join('|')})["']?\s*:|\})|["']?\$\{\{[^}]*\}\}["']?\s*(?:$|[,}\]#])`,
  'y',
);

/** Whether the value of such a key is a secret, or would be one if somebody wrote it there. */
export function isSecretKey(key: PropertyKey): boolean {
  return typeof key === 'string' && new RegExp(`${secretWord}$`, 'i').test(key);
}

/** Masks the first characters up to `from`, and behind them the values of secret keys. */
function maskValues(line: string, from: number): Masked {
  const bare = from === 0 ? bareKey.exec(line)?.[0] : undefined;
  if (bare !== undefined) return { line: bare + stars(line.slice(bare.length)) };
  let shown = stars(line.slice(0, from));
  const keys = new RegExp(secretKey);
  keys.lastIndex = from;
  for (let key = keys.exec(line); key !== null; key = keys.exec(line)) {
    const start = keys.lastIndex;
    harmless.lastIndex = start;
    if (harmless.test(line)) continue;
    const { end, seen } = valueIn(line, start);
    shown += line.slice(shown.length, start) + '*'.repeat(end - start);
    if (seen !== undefined) {
      // A comment seldom goes on in lines that are none.
      const isAll = isInComment(line, key.index) && (seen === 'key' || seen === 'text');
      const open = { indent: keyIndent(line, key.index), seen: isAll ? 'all' : seen } as const;
      return { line: shown + line.slice(end), open };
    }
    keys.lastIndex = end;
  }
  const open = explicitKey.test(line) ? ({ indent: indentOf(line), seen: 'longText' } as const) : undefined;
  return { line: shown + line.slice(shown.length), open };
}

/** Where what a line has of a value ends, and what has been seen of it when it may go on below. */
interface Part {
  readonly end: number;
  readonly seen?: Open['seen'];
}

function valueIn(line: string, start: number): Part {
  const first = line.charAt(start);
  if (isQuote(first)) return quotedIn(line, start + 1, first);
  const end = plainEnd(line, start);
  if (/^\{\s*$/.test(line.slice(start))) return { end: start, seen: 'key' };
  if (first === '' || first === '#') return { end, seen: 'key' };
  if (/[|>]/.test(first)) return { end, seen: 'head' };
  return { end, seen: /[&!]/.test(first) ? 'longText' : 'text' };
}

/** The same for a text whose quote was opened before. What stands behind its end is taken for a part of the secret. */
function quotedIn(line: string, from: number, quote: Quote): Part {
  const end = quoteEnd(line, from, quote);
  if (end === undefined) return { end: line.length, seen: quote };
  const rest = line.slice(end);
  if (/^\s*(?:$|\s#)/.test(rest)) return { end, seen: 'all' };
  if (/^\s*(?:,|[}\]](?:[\s,}\]]|$))/.test(rest)) return { end };
  return { end: plainEnd(line, end), seen: 'longText' };
}

function quoteEnd(line: string, from: number, quote: Quote): number | undefined {
  for (let index = from; index < line.length; index++) {
    const character = line[index];
    const isEscape = quote === '"' ? character === '\\' : character === "'" && line[index + 1] === "'";
    if (isEscape) index += 1;
    else if (character === quote) return index + 1;
  }
  return undefined;
}

function isQuote(text: string): text is Quote {
  return text === '"' || text === "'";
}

/** The end of the line, without the brackets that close around the value. */
function plainEnd(line: string, start: number): number {
  let end = line.length;
  while (end > start && /[\s}\]]/.test(line.charAt(end - 1))) end -= 1;
  return end;
}

const mapStart = new RegExp(
  String.raw`^\s*(?:\{\s*(?:["']?(?:${secretSources.join('|')})["']?\s*:|\}|$)|(["']?)[\w./-]+\1\s*:(?:\s|$))`,
);
/** What ends a value: an entry of a map or list, or closing brackets. */
const entry =
  /^\s*(?:(?:-\s+)*(["']?)[\w./-]+\1\s*:(?:\s|$)|\?\s|-\s+[[{]|-\s*$|[\]}][\s,\]}]*(?:#|$)|---|\.\.\.)/;
/** The same, less sure: a text in a list, brackets of all kinds, and `key:value`. */
const likelyEntry = /^\s*(?:[[\]{},]|-\s|(["']?)[\w./-]+\1\s*:)/;
const dash = /^\s*-(?:\s|$)/;

/** Whether a line belongs to the value that is open above it. */
function goesOn(line: string, { indent, seen }: Open): boolean {
  if (line.trim() === '' || seen === 'head') return true;
  const own = indentOf(line);
  const [ends, mayEnd] = [entry.test(line), likelyEntry.test(line)];
  if (seen === 'all') return own > indent && !ends && !mayEnd;
  if (own > indent) return seen !== 'key' || !mapStart.test(line);
  if (seen === 'text') return !ends && !mayEnd;
  // A list may start in the column of its key.
  return !ends || (own === indent && dash.test(line));
}

/** The column of a key; of the first one in its line where there are no flow maps, whose lines are indented as they like. */
function keyIndent(line: string, index: number): number {
  return /[{[]/.test(line.slice(0, index)) ? index : (/^[\s-]*/.exec(line)?.[0].length ?? 0);
}

function isInComment(line: string, index: number): boolean {
  return /(?<!\S)#/.test(line.slice(0, index));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Asterisks over a text, apart from the blanks around it. */
export function stars(line: string): string {
  return line.replace(/\S[^]*/, (rest) => '*'.repeat(rest.trimEnd().length).padEnd(rest.length));
}
