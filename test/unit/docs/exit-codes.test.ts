// The table of exit codes in docs/commands.md is that of the program.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorCodes } from '../../../src/core/errors.ts';
import { exitCodes } from '../../../src/core/exit-codes.ts';
import { packagePath } from '../../../src/core/package-root.ts';

interface Row {
  readonly code: number;
  readonly name: string;
  readonly errorCodes: readonly string[];
  readonly meaning: string;
}

function documentedRows(): readonly Row[] {
  const page = readFileSync(packagePath('docs/commands.md'), 'utf8');
  const table = page.split('\n## Exit codes\n')[1] ?? '';
  return table.split('\n').flatMap((line) => {
    const [, code = '', name = '', errors = '', meaning = ''] = line.split('|').map((cell) => cell.trim());
    if (!/^`\d+`$/.test(code)) return [];
    return [
      { code: Number(code.slice(1, -1)), name: quoted(name).join(), errorCodes: quoted(errors), meaning },
    ];
  });
}

function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
}

it('documents every exit code under its name, in order', () => {
  const documented = documentedRows().map(({ name, code }) => [name, code]);
  expect(documented).toEqual(Object.entries(exitCodes));
});

it('documents every error code beside the exit code that it leads to', () => {
  const documented = documentedRows().map((row) => [row.code, [...row.errorCodes].sort()]);
  const actual = Object.values(exitCodes).map((exitCode) => [
    exitCode,
    Object.entries(errorCodes)
      .flatMap(([error, code]) => (code === exitCode ? [error] : []))
      .sort(),
  ]);
  expect(documented).toEqual(actual);
});

it('says of every exit code what it means', () => {
  expect(documentedRows().filter(({ meaning }) => meaning === '')).toEqual([]);
});
