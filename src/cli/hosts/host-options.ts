// Options shared by the commands that work on hosts.
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { LoginOptions } from '../../app/cluster.ts';
import { parseDuration } from '../../playbook/duration.ts';
import { withLoginOptions } from './login-options.ts';

export interface HostOptions extends LoginOptions {
  readonly limit?: readonly string[];
  readonly concurrency: number;
}

/** A subcommand that takes an inventory and the host options. */
export function hostCommand(parent: Command, name: string, description: string): Command {
  return withHostOptions(
    parent.command(name).description(description).argument('<inventory>', 'inventory file'),
  );
}

/** Adds the options of every command that works on hosts. */
export function withHostOptions(command: Command): Command {
  withLoginOptions(command);
  hostOptions.forEach((option) => command.addOption(option));
  return command;
}

const hostOptions = [
  new Option('-l, --limit <hosts>', 'only these hosts, separated by commas').argParser(commaList),
  new Option('--concurrency <n>', 'hosts at a time').argParser(positiveInteger).default(50),
];

/** @throws InvalidArgumentError for anything but a whole number from 1. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number from 1.');
  }
  return value;
}

/** Splits at commas; blanks around names do not count. */
export function commaList(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It must be names separated by commas.');
  return names;
}

const shortestIntervalMs = 200;

/** Milliseconds. @throws InvalidArgumentError for anything but a duration from 200 ms to a day. */
export function interval(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined || milliseconds < shortestIntervalMs) {
    throw new InvalidArgumentError('It must be a time such as 500ms, 2s or 1m, from 200ms on.');
  }
  return milliseconds;
}
