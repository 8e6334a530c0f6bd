// The pages on the commands name every option that there is, and none that there is not.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { packagePath } from '../../../src/core/package-root.ts';

const program = createProgram({ signal: new AbortController().signal, finish: () => undefined });
const pages = { commands: read('commands'), lab: read('lab') };

function read(page: string): string {
  return readFileSync(packagePath(`docs/${page}.md`), 'utf8');
}

/** Every command with its parents' names. */
function allOf(command: Command, parents: readonly string[] = []): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((child) => {
    const names = [...parents, child.name()];
    return [[names.join(' '), child] as const, ...allOf(child, names)];
  });
}

const commands = allOf(program);
const longNames = ({ options }: Command): readonly string[] => options.flatMap(({ long }) => long ?? []);

it.each(commands)('%s and its options are in the pages', (name, command) => {
  const page = name.startsWith('lab') ? `${pages.commands}${pages.lab}` : pages.commands;
  expect(page).toContain(name);
  expect(longNames(command).filter((option) => !page.includes(option))).toEqual([]);
});

it('the first columns of tables name only options that there are', () => {
  const known = new Set([program, ...commands.map(([, command]) => command)].flatMap(longNames));
  const named = [...`${pages.commands}${pages.lab}`.matchAll(/^\| `[^|]*`/gm)]
    .flatMap(([cell]) => cell.match(/--[a-z-]+/g) ?? [])
    .filter((option) => option !== '--help');
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((option) => !known.has(option))).toEqual([]);
});
