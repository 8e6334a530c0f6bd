// One ssh_config file → its lines as keyword and arguments. Pure; the format is that of ssh_config(5).
import { BootstrapError } from '../../core/errors.ts';

/** A place in a configuration file; lines count from 1. */
export interface ConfigPlace {
  readonly file: string;
  readonly line: number;
}

/** One line that says something. */
export interface ConfigLine extends ConfigPlace {
  /** In lower case. */
  readonly keyword: string;
  /** At least one, without their quotes. */
  readonly args: readonly [string, ...string[]];
}

/** @throws BootstrapError `connect.config` for a line that cannot be read */
export function parseConfig(text: string, file: string): readonly ConfigLine[] {
  return text.split('\n').flatMap((line, index) => parseLine(line.trim(), { file, line: index + 1 }) ?? []);
}

function parseLine(text: string, place: ConfigPlace): ConfigLine | undefined {
  if (text === '' || text.startsWith('#')) return undefined;
  const [, keyword = '', rest = ''] = /^"?([^\s="]+)"?(?:\s*=\s*|\s+|$)(.*)$/.exec(text) ?? [];
  const [first, ...others] = splitArguments(rest, place);
  if (keyword === '' || first === undefined) {
    throw configError(place, `the line "${text}" gives no value`);
  }
  return { ...place, keyword: keyword.toLowerCase(), args: [first, ...others] };
}

/** Blanks separate; quotes of both kinds keep together; `#` starts a comment; a backslash keeps quotes and blanks. */
function splitArguments(text: string, place: ConfigPlace): string[] {
  const words: string[] = [];
  let rest = text.trimStart();
  while (rest !== '' && !rest.startsWith('#')) {
    const match = /^(?:"(?:\\["\\]|[^"])*"|'(?:\\['\\]|[^'])*'|\\["'\\ ]|[^\s"'])+/.exec(rest);
    if (match === null) throw configError(place, 'a quote is not closed');
    const [word] = match;
    words.push(unquote(word));
    rest = rest.slice(word.length);
    if (/^["']/.test(rest)) throw configError(place, 'a quote is not closed');
    rest = rest.trimStart();
  }
  return words;
}

function unquote(word: string): string {
  return word.replaceAll(
    /"((?:\\["\\]|[^"])*)"|'((?:\\['\\]|[^'])*)'|\\(["'\\ ])/g,
    (_, double?: string, single?: string, escaped?: string) =>
      escaped ?? (double ?? single ?? '').replaceAll(/\\(["'\\])/g, '$1'),
  );
}

/** An error about a line of a configuration file. */
export function configError({ file, line }: ConfigPlace, message: string, hint?: string): BootstrapError {
  return new BootstrapError('connect.config', message, {
    where: { file, line, column: 1 },
    hint: hint ?? 'Correct the file, or set ssh.configFile to another one, or to "none".',
  });
}
