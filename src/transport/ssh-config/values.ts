// Values of ssh_config lines: numbers, times, choices, tokens.
import { expandHome } from '../ssh-target.ts';
import { configError, type ConfigLine } from './parse.ts';

/** What `%` tokens and variables stand for. */
export interface Expansion {
  /** Letter → text, such as `h` → the host's name. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
}

/** Replaces `%h` and the like. @throws BootstrapError `connect.config` for an unknown token */
export function expandTokens(text: string, line: ConfigLine, tokens: Expansion['tokens']): string {
  return text.replaceAll(/%(.?)/g, (token, letter: string) => {
    const value = letter === '%' ? '%' : tokens[letter];
    if (value === undefined) throw configError(line, `"${token}" is not supported in ${line.keyword}`);
    return value;
  });
}

/** A path with `~`, tokens and `${VARIABLES}` replaced. */
export function expandPath(text: string, line: ConfigLine, expansion: Expansion): string {
  const withVariables = text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = expansion.variables[name];
    if (value === undefined) throw configError(line, `the environment variable ${name} is not set`);
    return value;
  });
  return expandHome(expandTokens(withVariables, line, expansion.tokens), expansion.homeDirectory);
}

export function wholeNumber(line: ConfigLine, least: number, most: number): number {
  const [text] = line.args;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw configError(line, `${line.keyword} must be a number from ${least} to ${most}, is "${text}"`);
  return value;
}

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A time such as `30` or `1m30s`, in seconds. */
export function seconds(line: ConfigLine): number {
  const [text] = line.args;
  if (!/^(\d+[smhdw]?)+$/i.test(text))
    throw configError(line, `${line.keyword} must be a time, is "${text}"`);
  const parts = [...text.matchAll(/(\d+)([smhdw]?)/gi)];
  return parts.reduce(
    (sum, [, count = '0', unit = '']) => sum + Number(count) * (unitSeconds[unit.toLowerCase()] ?? 1),
    0,
  );
}

export function yesOrNo(line: ConfigLine): boolean {
  const text = line.args[0].toLowerCase();
  if (['yes', 'true'].includes(text)) return true;
  if (['no', 'false'].includes(text)) return false;
  throw configError(line, `${line.keyword} must be yes or no, is "${line.args[0]}"`);
}
