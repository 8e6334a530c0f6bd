// The table of findings in docs/verify.md is that of the program.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { packagePath } from '../../../src/core/package-root.ts';
import { driftFields, driftKinds } from '../../../src/operations/drift.ts';

const page = readFileSync(packagePath('docs/verify.md'), 'utf8');

/** The cells of all rows of the table that begins with a heading cell. */
function tableRows(heading: string): readonly (readonly string[])[] {
  const [, table = ''] = page.split(`\n| ${heading}`);
  const [whole = ''] = table.split('\n\n');
  const rows = whole.split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

it('documents every kind of finding, in order, and no other', () => {
  const kinds = tableRows('finding (`kind` in JSON)').map(([kind = '']) => kind);
  expect(kinds).toEqual(driftKinds.map((kind) => `\`${kind}\``));
});

it('says of every kind what it means and what to do', () => {
  for (const row of tableRows('finding (`kind` in JSON)')) {
    expect(row).toHaveLength(3);
    expect(
      row.every((cell) => cell !== ''),
      row.join(' | '),
    ).toBe(true);
  }
});

it('documents the fields that every finding has', () => {
  const named = tableRows('field').flatMap(([cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect(named).toEqual([...driftFields]);
});
