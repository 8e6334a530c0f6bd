// Options about logging in on hosts. None of them takes a secret: others can read command lines.
import type { Command } from 'commander';

/** Adds the options of every command that connects to hosts. */
export function withLoginOptions(command: Command): Command {
  return command
    .option('-k, --ask-pass', 'ask for the SSH password')
    .option('-K, --ask-become-pass', 'ask for the password for sudo')
    .option('--accept-new-host-keys', 'trust hosts at the first contact, and remember their keys');
}
