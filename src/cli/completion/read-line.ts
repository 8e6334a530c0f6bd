// A command line as far as it is written → the command, and what the word at the cursor stands for.
import type { CommandRow, OptionRow, ValueRow } from './command-table.ts';

export interface CommandLine {
  /** The innermost command that is named. */
  readonly command: CommandRow;
  /** The word at the cursor, up to the cursor. */
  readonly current: string;
  /** The option whose value the current word is. */
  readonly option?: OptionRow;
  /** What of the current word is the option itself: `--limit=`. */
  readonly prefix: string;
  /** Options may stand here. */
  readonly takesOptions: boolean;
  /** Arguments given so far, without options and their values. */
  readonly args: readonly string[];
  /** Values of options given so far, under each of the option's names; '' for switches. */
  readonly given: ReadonlyMap<string, string>;
}

/** @param words all after the program's name; the last is the one at the cursor, '' for a new one */
export function readLine(program: CommandRow, words: readonly string[]): CommandLine {
  const reader = new Reader(program);
  for (const word of words.slice(0, -1)) reader.take(word);
  return reader.end(words.at(-1) ?? '');
}

class Reader {
  #command: CommandRow;
  readonly #args: string[] = [];
  readonly #given = new Map<string, string>();
  #open: OptionRow | undefined;
  #takesOptions = true;

  constructor(program: CommandRow) {
    this.#command = program;
  }

  take(word: string): void {
    if (this.#open !== undefined) {
      this.#give(this.#open, word);
      this.#open = undefined;
    } else if (this.#takesOptions && word === '--') this.#takesOptions = false;
    else if (this.#takesOptions && word.length > 1 && word.startsWith('-')) this.#takeOption(word);
    else this.#takeArgument(word);
  }

  end(current: string): CommandLine {
    const line = {
      command: this.#command,
      args: this.#args,
      given: this.#given,
      takesOptions: this.#takesOptions,
    };
    if (this.#open !== undefined) return { ...line, current, option: this.#open, prefix: '' };
    const [, name, text = ''] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
    const option = name === undefined || !this.#takesOptions ? undefined : this.#find(name);
    if (option?.value === undefined) return { ...line, current, prefix: '' };
    return { ...line, current: text, option, prefix: `${name}=` };
  }

  #takeOption(word: string): void {
    const [, name = word, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    const option = this.#find(name);
    if (option !== undefined && (option.value === undefined || value !== undefined)) {
      this.#give(option, value ?? '');
    } else if (option !== undefined) this.#open = option;
    else this.#takeShort(word);
  }

  /** `-kK`, `-lmaster1`, or nothing that is known. */
  #takeShort(word: string): void {
    for (let at = 1; at < word.length; at += 1) {
      const option = word.startsWith('--') ? undefined : this.#find(`-${word[at]}`);
      if (option === undefined) return;
      const rest = word.slice(at + 1);
      if (option.value !== undefined && rest === '') this.#open = option;
      else this.#give(option, option.value === undefined ? '' : rest);
      if (option.value !== undefined) return;
    }
  }

  #takeArgument(word: string): void {
    const child = this.#takesOptions ? this.#command.commands.find(({ name }) => name === word) : undefined;
    if (child === undefined) {
      this.#args.push(word);
      this.#takesOptions &&= this.#command.passesThrough !== true;
      return;
    }
    this.#command = child;
  }

  #find(name: string): OptionRow | undefined {
    return this.#command.options.find(({ names }) => names.includes(name));
  }

  #give(option: OptionRow, value: string): void {
    for (const name of option.names) this.#given.set(name, value);
  }
}

/** What the current word is a value of; undefined when it is a command's or an option's name, or one too many. */
export function expectedValue({ command, option, args }: CommandLine): ValueRow | undefined {
  if (option !== undefined) return option.value;
  const last = command.values.at(-1);
  return command.values[args.length] ?? (last?.isList === true ? last : undefined);
}
