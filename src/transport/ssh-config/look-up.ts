// What ssh_config files say about one host: the first value of each keyword that applies to it.
import type { BootstrapError } from '../../core/errors.ts';
import { configError, type ConfigLine } from './parse.ts';
import { matchesAny } from './patterns.ts';
import type { ConfigTree } from './read.ts';

/** Whom it is about. */
export interface ConfigQuery {
  /** What the host is called: patterns may match any of them. The first is `%n`. */
  readonly names: readonly [string, ...string[]];
  /** The login name, when it is known already. */
  readonly user: string | undefined;
  readonly localUser: string;
}

export interface ConfigValues {
  /** Keyword in lower case → the lines that count; one, save for keywords that add up. */
  readonly lines: ReadonlyMap<string, readonly ConfigLine[]>;
  /** What cannot be honoured. */
  readonly warnings: readonly BootstrapError[];
}

/** Keywords of which every line counts. */
const cumulative: ReadonlySet<string> = new Set(['identityfile', 'certificatefile']);

/** Criteria of Match that are not evaluated here: a block that has one of them is left out. */
const unsupportedCriteria: ReadonlySet<string> = new Set([
  'exec',
  'final',
  'localnetwork',
  'tagged',
  'version',
  'sessiontype',
  'command',
]);

export function lookUp(trees: readonly ConfigTree[], query: ConfigQuery): ConfigValues {
  const lines = new Map<string, readonly ConfigLine[]>();
  const warnings: BootstrapError[] = [];
  const visit = (tree: ConfigTree, isOuterActive: boolean): void => {
    let isActive = isOuterActive;
    for (const item of tree) {
      if ('included' in item) for (const inner of item.included) visit(inner, isActive);
      else if (item.keyword === 'host') isActive = isOuterActive && matchesAny(query.names, item.args);
      else if (item.keyword === 'match') isActive = isOuterActive && matches(item, query, lines, warnings);
      else if (isActive) take(lines, item);
    }
  };
  for (const tree of trees) visit(tree, true);
  return { lines, warnings };
}

function take(lines: Map<string, readonly ConfigLine[]>, line: ConfigLine): void {
  const earlier = lines.get(line.keyword);
  if (earlier === undefined) lines.set(line.keyword, [line]);
  else if (cumulative.has(line.keyword)) lines.set(line.keyword, [...earlier, line]);
}

/** Whether all criteria of a Match line hold. */
function matches(
  line: ConfigLine,
  query: ConfigQuery,
  lines: ReadonlyMap<string, readonly ConfigLine[]>,
  warnings: BootstrapError[],
): boolean {
  const unsupported: string[] = [];
  const words = [...line.args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [, negation, name = '', value = ''] = /^(!?)([^=]*)(?:=(.*))?$/.exec(word) ?? [];
    const criterion = name.toLowerCase();
    if (criterion === 'all') continue;
    if (criterion === 'canonical') return negation === '!';
    const argument = criterion === 'final' ? '' : value === '' ? words.shift() : value;
    if (unsupportedCriteria.has(criterion)) unsupported.push(criterion);
    else if (holds({ criterion, argument, line }, query, lines) === (negation === '!')) return false;
  }
  if (unsupported.length === 0) return true;
  warnings.push(
    configError(
      line,
      `"Match ${unsupported.join(' ')}" is not supported: the block is left out`,
      'What it sets can be set in the inventory, under ssh or under the ssh of a host.',
    ),
  );
  return false;
}

interface Criterion {
  readonly criterion: string;
  readonly argument: string | undefined;
  readonly line: ConfigLine;
}

function holds(
  { criterion, argument, line }: Criterion,
  query: ConfigQuery,
  lines: ReadonlyMap<string, readonly ConfigLine[]>,
): boolean {
  if (argument === undefined) throw configError(line, `"Match ${criterion}" lacks its pattern`);
  const patterns = argument.split(',');
  const valueOf = (keyword: string): string | undefined => lines.get(keyword)?.[0]?.args[0];
  switch (criterion) {
    case 'host': {
      const name = valueOf('hostname');
      const names = name === undefined ? query.names : [name.replaceAll('%h', query.names[0])];
      return matchesAny(names, patterns);
    }
    case 'originalhost':
      return matchesAny(query.names, patterns);
    case 'user':
      return matchesAny([query.user ?? valueOf('user') ?? query.localUser], patterns);
    case 'localuser':
      return matchesAny([query.localUser], patterns);
    default:
      throw configError(line, `Match does not know "${criterion}"`);
  }
}
