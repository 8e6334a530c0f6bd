// What Go's YAML 1.1 readers see is what was meant.
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { toYaml, toYamlStream } from '../../../src/render/yaml.ts';

it('quotes strings that YAML 1.1 takes for something else', () => {
  const value = { a: 'yes', b: 'on', c: '12:30:45', d: '0o17', e: '1_000', f: 'null', g: '1.20' };
  expect(parse(toYaml(value), { version: '1.1' })).toEqual(value);
  expect(toYaml({ a: 'yes' })).toBe('a: "yes"\n');
});

it('writes shared objects twice, without anchors', () => {
  const labels = { app: 'nginx' };
  expect(toYaml({ one: labels, two: labels })).toBe('one:\n  app: nginx\ntwo:\n  app: nginx\n');
});

it('never folds a long line', () => {
  const long = 'word '.repeat(60).trim();
  expect(toYaml({ long })).toBe(`long: ${long}\n`);
});

it('separates documents', () => {
  expect(toYamlStream([{ a: 1 }, { b: 2 }])).toBe('a: 1\n---\nb: 2\n');
});
