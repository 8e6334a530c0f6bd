// Reads ssh_config files with all that they include.
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import { expandHome } from '../ssh-target.ts';
import { configError, parseConfig, type ConfigLine } from './parse.ts';
import { matchesPattern } from './patterns.ts';

/** As deep as ssh itself goes. */
const deepestInclude = 16;

/** A line, or in its place the files that it includes. */
export type ConfigItem = ConfigLine | { readonly included: readonly ConfigTree[] };
export type ConfigTree = readonly ConfigItem[];

export interface ConfigSource {
  readonly file: string;
  /** Where included files are when they are named without a folder. */
  readonly includeDirectory: string;
  /** Whether it may be absent. */
  readonly isOptional: boolean;
  /** Refuse it when others than its owner may write to it, as ssh does with `~/.ssh/config`. */
  readonly isPrivate: boolean;
  readonly homeDirectory: string;
}

/** @throws BootstrapError `file.unreadable` or `connect.config` */
export async function readConfig(source: ConfigSource, depth = 0): Promise<ConfigTree> {
  const { file } = source;
  const text = await readText(source);
  if (text === undefined) return [];
  const items: ConfigItem[] = [];
  for (const line of parseConfig(text, file)) {
    if (line.keyword !== 'include') {
      items.push(line);
      continue;
    }
    if (depth >= deepestInclude) throw configError(line, 'files include each other too deeply');
    const files = (await Promise.all(line.args.map((pattern) => includedFiles(pattern, source)))).flat();
    const trees = files.map((name) => readConfig({ ...source, file: name, isOptional: true }, depth + 1));
    items.push({ included: await Promise.all(trees) });
  }
  return items;
}

async function readText({ file, isOptional, isPrivate }: ConfigSource): Promise<string | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    if (isPrivate) await checkOwner(file);
    return text;
  } catch (cause) {
    if (cause instanceof BootstrapError) throw cause;
    if (isOptional && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new BootstrapError('file.unreadable', `cannot read the ssh configuration ${file}`, {
      hint: 'ssh.configFile names it; "none" does without one.',
      cause,
    });
  }
}

async function checkOwner(file: string): Promise<void> {
  const { mode, uid } = await stat(file);
  const own = process.getuid?.();
  const isForeign = own !== undefined && uid !== own && uid !== 0;
  if (!isForeign && (mode & 0o022) === 0) return;
  throw configError(
    { file, line: 1 },
    'others may write to this file, so it is not trusted',
    `chmod 600 ${file}`,
  );
}

/** The files of one pattern, sorted; wildcards may stand in the last part only, where they are used. */
async function includedFiles(
  pattern: string,
  { includeDirectory, homeDirectory }: ConfigSource,
): Promise<string[]> {
  const expanded = expandHome(pattern, homeDirectory);
  const path = isAbsolute(expanded) ? expanded : resolve(includeDirectory, expanded);
  if (!/[*?]/.test(path)) return [path];
  const directory = dirname(path);
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => !name.startsWith('.') && matchesPattern(join(directory, name), path))
    .sort()
    .map((name) => join(directory, name));
}
