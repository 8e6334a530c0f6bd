// What is wrong with an expression, in words for its writer: Liquid's own speak to programmers of Liquid.
import { asError } from '../core/errors.ts';
import { didYouMean, nearest } from '../core/nearest.ts';
import { Secret } from '../core/secret.ts';

/** Why an expression cannot be evaluated. */
export interface Reason {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Characters shown of a piece of an expression, and of a message about it. */
const shownLength = 60;
const messageLength = 300;

/** A piece of an expression, safe to print on a terminal, and cut when long. */
export function shown(text: string, most = shownLength): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => (/\s/.test(sign) ? ' ' : '\uFFFD'));
  const trimmed = clean.trim();
  return trimmed.length > most ? `${trimmed.slice(0, most)}…` : trimmed;
}

/** Parts of the messages of Liquid's parser, with what they mean here. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [
    /^expected "\|" before filter/,
    'after a value only a comparison, "and", "or" or a filter ("|") can follow',
  ],
  [/^expected ":" after filter name/, 'between a filter and its arguments stands ":"'],
  [/^\[ not closed/, 'a "[" is not closed'],
  [/^invalid range syntax/, 'a range is written (FIRST..LAST)'],
  [/^(memory alloc|template render|parse length) limit exceeded/, 'it makes too large a value'],
];

/** A failure of Liquid in this program's words; its own where they say best what is wrong. */
export function reasonOf(error: unknown): Reason {
  const own = asError(error).message;
  const known = sentences.find(([pattern]) => pattern.test(own));
  return { message: known?.[1] ?? shown(own.replace(/, line:\d+, col:\d+$/, ''), messageLength) };
}

/**
 * Why a variable cannot be found: the first of its names that is not there, with the nearest that is.
 * @param variable its names from the outside in
 */
export function missingVariable(variable: readonly string[], context: unknown): Reason {
  // Liquid writes what stands in [ ] as text, whatever it is.
  if (variable.some((name) => name.includes('[object '))) return { message: 'what stands in [ ] is no name' };
  let value = context;
  for (const [index, name] of variable.entries()) {
    const names = namesIn(value);
    if (!names.includes(name)) {
      const parents = variable.slice(0, index);
      return { message: absent(name, parents), ...hintFor(name, parents, names) };
    }
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return { message: `there is no ${quoted(variable.join('.'))}` };
}

function absent(name: string, parents: readonly string[]): string {
  const where = parents.length === 0 ? '' : ` in ${shown(parents.join('.'))}`;
  return `there is no ${quoted(name)}${where}`;
}

function hintFor(
  name: string,
  parents: readonly string[],
  names: readonly string[],
): { readonly hint?: string } {
  const near = nearest(name, names);
  if (near !== undefined) return { hint: didYouMean([...parents, near].join('.')) };
  if (names.length === 0 || names.every((one) => /^\d+$/.test(one))) return {};
  return {
    hint: `What can stand here: ${names
      .slice(0, 20)
      .map((one) => shown(one))
      .join(', ')}.`,
  };
}

function namesIn(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && !(value instanceof Secret) ? Object.keys(value) : [];
}

/** A piece of an expression in quotes. */
export function quoted(text: string): string {
  return JSON.stringify(shown(text));
}
