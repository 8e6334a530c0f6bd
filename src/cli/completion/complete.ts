// The words that could stand at the cursor.
import type { Candidate, Completion } from './candidate.ts';
import type { CommandRow, OptionRow, ValueRow } from './command-table.ts';
import { inventoryNames, onlyInventory } from './inventory-names.ts';
import { labNames, nodeNames } from './lab-names.ts';
import { expectedValue, readLine, type CommandLine } from './read-line.ts';

/** Where the command line is written. */
export interface Place {
  readonly directory: string;
  /** For `~/`. */
  readonly home: string;
}

/** @param words all after the program's name, without the shell's quotes; the last is the one at the cursor */
export async function complete(
  program: CommandRow,
  words: readonly string[],
  place: Place,
): Promise<Completion> {
  const line = readLine(program, words);
  if (line.option === undefined && line.takesOptions && line.current.startsWith('-'))
    return optionNames(line);
  const isFirst = line.option === undefined && line.args.length === 0 && line.takesOptions;
  if (isFirst && line.command.commands.length > 0) return commandNames(line);
  const value = expectedValue(line);
  if (value === undefined) return { candidates: [] };
  if (value.kind === 'inventory' || value.kind === 'playbook') return { candidates: [], files: 'yaml' };
  if (value.kind === 'file') return { candidates: [], files: 'any' };
  return chosen(line, value, await known(line, value, place));
}

function commandNames({ command, current }: CommandLine): Completion {
  const all = command.commands.map(({ name, description }) => ({ word: name, about: description }));
  return { candidates: startingWith(all, current) };
}

/** Options that are not given yet; short ones only when nothing but a dash is written. */
function optionNames({ command, current, given }: CommandLine): Completion {
  const options = command.options.filter(({ names }) => !names.some((name) => given.has(name)));
  const shown = ({ names, description }: OptionRow): readonly Candidate[] =>
    names
      .filter((name) => name.startsWith('--') || current === '-')
      .map((name) => ({ word: name, about: description }));
  return { candidates: startingWith(options.flatMap(shown), current) };
}

async function known(
  line: CommandLine,
  { kind, words = [] }: ValueRow,
  place: Place,
): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'words':
      return words.map(([word, about]) => ({ word, about }));
    case 'hosts':
      return (await inventoryNames(await inventoryOf(line, place))).hosts;
    case 'namespaces':
      return (await inventoryNames(await inventoryOf(line, place))).namespaces;
    case 'labs':
      return labNames();
    case 'nodes':
      return nodeNames(line.given.get('--name') ?? 'lab');
    default:
      return [];
  }
}

/** The inventory that the line names, or the only one that lies there. */
async function inventoryOf(
  { command, args, given }: CommandLine,
  { directory, home }: Place,
): Promise<string> {
  const at = command.values.findIndex(({ kind }) => kind === 'inventory');
  const named = given.get('--inventory') ?? args[at];
  return named?.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/)/, home) ?? (await onlyInventory(directory)) ?? '';
}

/** Those that fit to what is written; of a list what is not in it yet, behind what is. */
function chosen(line: CommandLine, value: ValueRow, all: readonly Candidate[]): Completion {
  const { current, prefix, option, args } = line;
  if (value.isList === true && option !== undefined) {
    const done = current.slice(0, current.lastIndexOf(',') + 1);
    const rest = without(all, done.split(','));
    return { candidates: startingWith(rest, current.slice(done.length), prefix + done), isOpen: true };
  }
  const rest = value.isList === true ? without(all, args) : all;
  return { candidates: startingWith(rest, current, prefix) };
}

function without(all: readonly Candidate[], words: readonly string[]): readonly Candidate[] {
  return all.filter(({ word }) => !words.includes(word));
}

function startingWith(all: readonly Candidate[], start: string, prefix = ''): readonly Candidate[] {
  return all
    .filter(({ word }) => word.startsWith(start))
    .map(({ word, about }) => ({ word: prefix + word, about }));
}
