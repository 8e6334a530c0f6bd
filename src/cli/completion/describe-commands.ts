// The commands' definitions → the table for completion, which is kept in commands.json.
import type { Argument, Command, Option } from 'commander';
import type { CommandRow, OptionRow, ValueKind, ValueRow } from './command-table.ts';

/** The phases of a shipped playbook, each with its title. */
export type PhasesOf = (playbook: string) => readonly (readonly [string, string])[];

/** The names that definitions give to values, and what they stand for. */
const kinds: Readonly<Record<string, ValueKind>> = {
  inventory: 'inventory',
  playbook: 'playbook',
  file: 'file',
  hosts: 'hosts',
  namespaces: 'namespaces',
  bundle: 'file',
  lab: 'labs',
  node: 'nodes',
};

/** Whose phases a command takes, where it is not `up`. */
const playbooks: Readonly<Record<string, string>> = { bind: 'bind' };

/** @param phasesOf what `<phases>` stands for */
export function describeCommands(command: Command, phasesOf: PhasesOf): CommandRow {
  const phases = phasesOf(playbooks[command.name()] ?? 'up');
  const commands = command.commands.map((child) => describeCommands(child, phasesOf));
  const values = command.registeredArguments.map((argument) => argumentRow(argument, phases));
  const passesThrough = command.registeredArguments.some(
    (argument) => argument.variadic && argument.name() === 'command',
  );
  return {
    name: command.name(),
    description: command.description(),
    options: [...command.options.map((option) => optionRow(option, phases)), help],
    values,
    commands,
    ...(passesThrough && { passesThrough }),
  };
}

const help: OptionRow = { names: ['-h', '--help'], description: 'display help for command' };

type Phases = ReturnType<PhasesOf>;

function optionRow(option: Option, phases: Phases): OptionRow {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const row = { names, description: option.description };
  const placeholder = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1];
  if (placeholder === undefined) return row;
  const value = valueRow(placeholder, option.argChoices, phases);
  return { ...row, value: isPlural(placeholder) ? { ...value, isList: true } : value };
}

function argumentRow(argument: Argument, phases: Phases): ValueRow {
  const value = valueRow(argument.name(), argument.argChoices, phases);
  return argument.variadic ? { ...value, isList: true } : value;
}

function isPlural(placeholder: string): boolean {
  return ['hosts', 'phases', 'namespaces'].includes(placeholder);
}

function valueRow(placeholder: string, choices: readonly string[] | undefined, phases: Phases): ValueRow {
  if (placeholder === 'phases') return { kind: 'words', words: phases };
  if (choices !== undefined) return { kind: 'words', words: choices.map((choice) => [choice, ''] as const) };
  return { kind: kinds[placeholder] ?? 'unknown' };
}
