// Values and types in words that need no knowledge of YAML or of this program.
import { hideLogins, Secret } from '../core/secret.ts';
import { printable } from './excerpt.ts';
import { stars } from './mask-secrets.ts';

/** Types in words; titles of schemas say it better where they are given. */
export const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
};

const shownLength = 60;

/** A value as shown in a message: short ones in full, texts in quotes, cut when long. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return showText(hideLogins(value, stars));
  if (value === null || value === undefined) return 'empty';
  if (value instanceof Secret) return 'a secret';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}

/** A value with its type: `the text "yes"`, `the number 7`, `a map`. */
export function showTyped(value: unknown): string {
  if (typeof value === 'string') return isMadeOfMap(value) ? showText(value) : `the text ${showText(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  return showValue(value);
}

/** "a", "a or b", "a, b or c"; long lists are cut. */
export function joinWords(words: readonly string[], last: 'or' | 'and' = 'or', most = 12): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1) ?? ''}`;
}

/** A filter for texts, such as join, writes a map into its text in words of the language that this is written in. */
function isMadeOfMap(text: string): boolean {
  return /\[object \w+\]/i.test(text);
}

function showText(text: string): string {
  if (isMadeOfMap(text)) return 'a text made of a map';
  const cut = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  // JSON keeps line breaks and control characters visible as escapes; the rest is made harmless for terminals.
  return printable(JSON.stringify(cut));
}
