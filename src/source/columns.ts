// Texts in columns of a terminal, where letters of some scripts are two wide and accents take none.
import { eastAsianWidth } from 'get-east-asian-width';

let segmenter: Intl.Segmenter | undefined;

/** How many columns a text without control characters takes. */
export function columnsOf(text: string): number {
  if (isAscii(text)) return text.length;
  return lettersOf(text).reduce((sum, letter) => sum + columnsOfLetter(letter), 0);
}

/** Accents alone and other invisible marks take none; an emoji takes two, of however many parts it is made. */
function columnsOfLetter(letter: string): number {
  if (/^[\p{Default_Ignorable_Code_Point}\p{Mark}]+$/u.test(letter)) return 0;
  if (/\p{Emoji_Presentation}|\uFE0F/u.test(letter)) return 2;
  return eastAsianWidth(letter.codePointAt(0) ?? 0);
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
  // Takes a while to make, and few need it.
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
