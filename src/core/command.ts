// Shell commands as values: every interpolated value is quoted, so no input can become shell syntax.
import { BootstrapError } from './errors.ts';

const safeWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Quotes one value for POSIX sh. This is the only quoting function of the program.
 * @throws BootstrapError `internal` for a NUL byte, which no argument can carry.
 */
export function quote(value: string): string {
  if (value.includes('\0')) throw new BootstrapError('internal', 'a command argument contains a NUL byte');
  if (safeWord.test(value)) return value;
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** Text for POSIX sh in which every value is quoted. Made by `cmd` and `script` only. */
export class Command {
  readonly text: string;
  /** @internal */
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** What may stand in a `cmd` template: words, word lists, or another command, which is inserted as it is. */
export type CommandValue = string | number | Command | readonly (string | number)[];

/**
 * Builds a command: cmd`modprobe ${name}`. Strings and numbers become one quoted word each, arrays become words
 * separated by blanks, commands are inserted unchanged. Secrets are refused by the type: they travel on stdin.
 */
export function cmd(strings: TemplateStringsArray, ...values: readonly CommandValue[]): Command {
  const text = strings.reduce((all, part, index) => {
    const value = values[index];
    return all + part + (value === undefined ? '' : word(value));
  }, '');
  return new Command(text);
}

/** A constant shell program. Never build its argument from input: use `cmd` for that. */
export function script(text: string): Command {
  return new Command(text.trim());
}

/** Runs commands one after the other and stops at the first that fails. */
export function sequence(commands: readonly Command[]): Command {
  return new Command(commands.map((command) => command.text).join(' &&\n'));
}

function word(value: CommandValue): string {
  if (value instanceof Command) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return quote(String(value));
  return value.map((item) => quote(String(item))).join(' ');
}
