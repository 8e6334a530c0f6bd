// Texts in columns of a terminal, where letters of some scripts are two wide and accents take none.
import { createRequire } from 'node:module';

type StringWidth = (text: string) => number;

let stringWidth: StringWidth | undefined;
let segmenter: Intl.Segmenter | undefined;

/** How many columns a text without control characters takes. */
export function columnsOf(text: string): number {
  if (isAscii(text)) return text.length;
  // Takes as long to load as many a run, and few need it; an import would be either eager or asynchronous.
  stringWidth ??= (createRequire(import.meta.url)('string-width') as { default: StringWidth }).default;
  return stringWidth(text);
}

/** As much of a text's start as fits into some columns. */
export function head(text: string, columns: number): string {
  return fitting(lettersOf(text), columns).join('');
}

/** As much of a text's end as fits into some columns. */
export function tail(text: string, columns: number): string {
  return fitting(lettersOf(text).toReversed(), columns).toReversed().join('');
}

function fitting(letters: readonly string[], columns: number): readonly string[] {
  let used = 0;
  const end = letters.findIndex((letter) => {
    used += columnsOf(letter);
    return used > columns;
  });
  return end === -1 ? letters : letters.slice(0, end);
}

/** What people take for one letter, such as a base with its accents. */
function lettersOf(text: string): readonly string[] {
  if (isAscii(text)) return text.split('');
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
