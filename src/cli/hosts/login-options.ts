// Options about logging in on hosts. None of them takes a secret: others can read command lines.
import { Option, type Command } from 'commander';

/** Adds the options of every command that connects to hosts. */
export function withLoginOptions(command: Command): Command {
  loginOptions.forEach((option) => command.addOption(option));
  return command;
}

const loginOptions = [
  new Option('-k, --ask-pass', 'ask for the SSH password'),
  new Option('-K, --ask-become-pass', 'ask for the password for sudo'),
  new Option('--accept-new-host-keys', 'trust hosts at the first contact, and remember their keys'),
];
