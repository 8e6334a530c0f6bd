// Options of the commands that make a run: how much may go wrong, how long a command may take, where the journal goes.
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { FailureLimit } from '../../engine/failure-limit.ts';
import { parseDuration } from '../../playbook/duration.ts';
import { hostCommand, withHostOptions, type HostOptions } from './host-options.ts';

export interface RunOptions extends HostOptions {
  readonly maxFailures?: FailureLimit;
  /** The longest that one command on a host may take, in milliseconds. */
  readonly timeout?: number;
}

/** A subcommand that makes a run on an inventory's hosts. */
export function runCommand(parent: Command, name: string, description: string): Command {
  return addRunOptions(hostCommand(parent, name, description));
}

/** Adds the options of every command that makes a run. */
export function withRunOptions(command: Command): Command {
  return addRunOptions(withHostOptions(command));
}

function addRunOptions(command: Command): Command {
  runOptions.forEach((option) => command.addOption(option));
  return command;
}

const runOptions = [
  new Option(
    '--max-failures <n|p%>',
    'go on without failed hosts as long as they are no more than this; one more stops all at once',
  ).argParser(failureLimit),
  new Option('--timeout <duration>', 'no command on a host may take longer, such as 90s or 20m').argParser(
    commandTimeout,
  ),
  new Option('--log-file <file>', 'write every event of the run to this new file, as JSON lines'),
];

/** @throws InvalidArgumentError for anything but a whole number, or a whole percentage up to 100. */
export function failureLimit(text: string): FailureLimit {
  const [, digits = '', percent] = /^(\d{1,6})(%?)$/.exec(text) ?? [];
  const value = Number(digits);
  if (digits === '' || (percent === '%' && value > 100)) {
    throw new InvalidArgumentError('It must be a number of hosts such as 2, or a share of them such as 10%.');
  }
  return percent === '%' ? { percent: value } : { hosts: value };
}

const shortestTimeoutMs = 1000;

/** Milliseconds. @throws InvalidArgumentError for anything but a duration from a second to a day. */
export function commandTimeout(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined || milliseconds < shortestTimeoutMs) {
    throw new InvalidArgumentError('It must be a time such as 90s, 20m or 1h, from 1s on.');
  }
  return milliseconds;
}
