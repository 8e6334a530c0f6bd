// The entry for shells: `ipvs-bootstrap __complete SHELL WORD…` says what could stand for the last word. It loads no
// definition of a command, as somebody waits for it at every press of a key.
import { homedir } from 'node:os';
import type { Completion } from './completion/candidate.ts';
import type { CommandRow } from './completion/command-table.ts';
import table from './completion/commands.json' with { type: 'json' };
import { complete } from './completion/complete.ts';
import { unquote } from './completion/unquote.ts';

/** A line for each candidate, with what it means behind a tab; the last line tells the shell what to do besides. */
function print({ candidates, files, isOpen }: Completion): void {
  const lines = candidates.map(({ word, about }) => (about === '' ? word : `${word}\t${about}`));
  const besides = files === undefined ? (isOpen === true ? 'open' : 'words') : `files-${files}`;
  process.stdout.write(`${[...lines, `:${besides}`].join('\n')}\n`);
}

const [, , , shell, ...words] = process.argv;
const place = { directory: process.cwd(), home: homedir() };
// The table is made from the commands' definitions; its literals are wider than its type.
const program = table as CommandRow;
// bash hands over all words as they are written, fish the last one.
const isQuoted = (at: number): boolean => shell === 'bash' || (shell === 'fish' && at === words.length - 1);
const plain = words.map((word, at) => (isQuoted(at) ? unquote(word) : word));
void complete(program, plain, place).then(print);
