// Texts in TOML: whatever stands in them, nothing of it ends the text.
import { expect, it } from 'vitest';
import { tomlString } from '../../../src/render/toml.ts';

it.each([
  ['plain', '"plain"'],
  ['a "quote" and a \\', String.raw`"a \"quote\" and a \\"`],
  ['two\nlines\tand \u0001', String.raw`"two\nlines\tand \u0001"`],
  ['delete \u007F', String.raw`"delete \u007F"`],
  ['ä 🐳', '"ä 🐳"'],
])('%j', (text, written) => {
  expect(tomlString(text)).toBe(written);
});
