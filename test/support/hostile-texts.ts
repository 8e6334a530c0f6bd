// Texts that do something wherever a shell reads them as its own, and ways to put them into data.
import fc from 'fast-check';
import { Secret } from '../../src/core/secret.ts';

/** No word of any program: where it shows as syntax, a text has broken out. */
export const nonce = 'zq9canary';

/** Makes a file with nothing but the shell itself, so that it needs no PATH. */
export const touch = `: >${nonce}`;

export const hostileText = fc.constantFrom(
  `$(${touch})`,
  `\`${touch}\``,
  `; ${touch};`,
  `\n${touch}\n`,
  `'; ${touch}; '`,
  `"; ${touch}; "`,
  `'$(${touch})'`,
  `x' || ${touch} #`,
  `\\'; ${touch} #`,
  `&& ${touch} &`,
  `| ${touch}`,
  `-x $(${touch})`,
  `\${x:-$(${touch})}`,
  `>${nonce}`,
);

/** Where a text stands in data: keys and indices from the outside in. */
export type Place = readonly (string | number)[];

/** The places of all plain texts; secrets never reach a command. */
export function textPlaces(value: unknown, at: Place = []): readonly Place[] {
  if (typeof value === 'string') return [at];
  if (typeof value !== 'object' || value === null || value instanceof Secret) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textPlaces(inner, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}

/** The data with one text made another. */
export function withText(value: unknown, [key, ...rest]: Place, change: (text: string) => string): unknown {
  if (key === undefined) return change(String(value));
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (index === key ? withText(item, rest, change) : item));
  }
  const map = value as Readonly<Record<string, unknown>>;
  return { ...map, [key]: withText(map[key], rest, change) };
}
