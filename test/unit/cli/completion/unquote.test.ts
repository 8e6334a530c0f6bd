import { expect, it } from 'vitest';
import { unquote } from '../../../../src/cli/completion/unquote.ts';

it.each([
  ['plain', 'plain'],
  [String.raw`my\ file.yaml`, 'my file.yaml'],
  [`'my file.yaml'`, 'my file.yaml'],
  [`"it's"`, "it's"],
  [String.raw`"a \" b"`, 'a " b'],
  [String.raw`'a \ b'`, String.raw`a \ b`],
  [`"still open`, 'still open'],
  ['$(touch x)', '$(touch x)'],
  ['', ''],
])('%j stands for %j', (word, text) => {
  expect(unquote(word)).toBe(text);
});
