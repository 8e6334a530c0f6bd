// One zod issue → what is wrong in plain words, where it stands, and what was probably meant.
import type { z } from 'zod';
import type { EntryPart } from './locate.ts';
import { nearest } from './nearest.ts';
import { formatPath, valueAt, type DocumentPath } from './path.ts';
import { knownKeys, metaOf, schemasAt, type Schema } from './schema-walk.ts';
import { joinWords, showTyped, showValue } from './words.ts';

export type { Schema } from './schema-walk.ts';
export type Issue = z.core.$ZodIssue;

export interface Mistake {
  readonly path: DocumentPath;
  readonly part: EntryPart;
  readonly message: string;
  readonly hint?: string | undefined;
  /** A key that is missing, or that an unknown key was probably meant to be. */
  readonly wanted?: DocumentPath;
}

/** What an issue is about: its place, the value there, and the schemas that were wanted. */
interface Subject {
  readonly path: DocumentPath;
  readonly name: string;
  readonly value: unknown;
  readonly schemas: readonly Schema[];
}

type IssueOf<Code extends Issue['code']> = Extract<Issue, { readonly code: Code }>;

/**
 * Describes an issue. Several mistakes come of one issue only for several unknown keys.
 * @param document the whole document's data
 * @param schema the schema that the value at `at` was checked with
 */
export function describeIssue(
  issue: Issue,
  document: unknown,
  schema: Schema | undefined,
  at: DocumentPath,
): readonly Mistake[] {
  const path = [...at, ...issue.path];
  const value = valueAt(document, path);
  const schemas = schema === undefined ? [] : schemasAt(schema, issue.path, valueAt(document, at));
  const subject = { path, name: formatPath(path), value, schemas };
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, subject));
  if (value === undefined) return [missing(subject)];
  if (issue.code === 'invalid_union') return describeUnion(issue, document, schema, at, subject);
  return [{ path, part: 'value', ...describe(issue, subject) }];
}

/** Drops "x is missing" where a misspelt x was found: one slip, one error. */
export function withoutEchoes(mistakes: readonly Mistake[]): readonly Mistake[] {
  const misspelt = mistakes.filter(({ path, wanted }) => wanted !== undefined && wanted !== path);
  const meant = new Set(misspelt.map(({ wanted = [] }) => formatPath(wanted)));
  return mistakes.filter(({ path, wanted }) => wanted !== path || !meant.has(formatPath(path)));
}

function unknownKey(key: string, { path, name, schemas }: Subject): Mistake {
  const keys = knownKeys(schemas);
  const near = nearest(key, keys);
  const place = name === '' ? '' : ` in ${name}`;
  const known = keys.length === 0 ? undefined : `The keys here are ${joinWords(keys, 'and', 20)}.`;
  return {
    path: [...path, key],
    part: 'key',
    message: `unknown key ${showValue(key)}${place}`,
    ...(near === undefined ? { hint: known } : { hint: didYouMean(near), wanted: [...path, near] }),
  };
}

function missing({ path, schemas }: Subject): Mistake {
  const place = formatPath(path.slice(0, -1));
  const description = metaOf(schemas, 'description');
  return {
    path,
    part: 'key',
    message: `${showValue(String(path.at(-1) ?? 'the content'))} is missing${place === '' ? '' : ` in ${place}`}`,
    hint: description,
    wanted: path,
  };
}

function describe(issue: Issue, subject: Subject): Pick<Mistake, 'message' | 'hint'> {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue, subject);
    case 'invalid_value':
      return wrongChoice(issue, subject);
    case 'too_small':
      return { message: tooSmall(issue, subject) };
    case 'too_big':
      return { message: tooBig(issue, subject) };
    default:
      return { message: ownWords(issue, subject), hint: hintOf(issue) };
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
};

function wrongType(issue: IssueOf<'invalid_type'>, { name, value, schemas }: Subject) {
  const wanted = metaOf(schemas, 'title') ?? typeWords[issue.expected] ?? issue.expected;
  const what = name === '' ? 'the file' : name;
  return {
    message: `${what} must be ${wanted}, is ${showTyped(value)}`,
    hint: typeHint(issue.expected, value),
  };
}

function typeHint(expected: string, value: unknown): string | undefined {
  if (expected === 'string' && ['number', 'boolean'].includes(typeof value)) return 'Put it in quotes.';
  if (expected === 'array' && typeof value === 'string') return `Write [${value}].`.slice(0, 80);
  if (typeof value !== 'string') return undefined;
  if (expected === 'boolean') return booleanHint(value);
  const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
  return isNumber && ['number', 'int'].includes(expected) ? 'Write it without quotes.' : undefined;
}

/** YAML 1.1 read these words as true and false; many still write them so. */
function booleanHint(value: string): string | undefined {
  if (/^(y|yes|on|true)$/i.test(value)) return 'Did you mean true? YAML 1.2 knows only true and false.';
  if (/^(n|no|off|false)$/i.test(value)) return 'Did you mean false? YAML 1.2 knows only true and false.';
  return undefined;
}

function wrongChoice(issue: IssueOf<'invalid_value'>, { name, value }: Subject) {
  const choices = issue.values.map(String);
  const near = typeof value === 'string' ? nearest(value, choices) : undefined;
  const wanted = choices.length === 1 ? choices.join('') : `one of ${joinWords(choices, 'or', 20)}`;
  return {
    message: `${name} must be ${wanted}, is ${showValue(value)}`,
    hint: near === undefined ? undefined : didYouMean(near),
  };
}

function tooSmall(issue: IssueOf<'too_small'>, { name, value }: Subject): string {
  const least = String(issue.minimum);
  if (issue.origin === 'array')
    return `${name} must have at least ${least} ${plural(least, 'entry', 'entries')}`;
  if (issue.origin === 'string') {
    return least === '1' ? `${name} must not be empty` : `${name} must have at least ${least} characters`;
  }
  return `${name} must be at least ${least}, is ${showValue(value)}`;
}

function tooBig(issue: IssueOf<'too_big'>, { name, value }: Subject): string {
  const most = String(issue.maximum);
  if (issue.origin === 'array')
    return `${name} must have at most ${most} ${plural(most, 'entry', 'entries')}`;
  if (issue.origin === 'string' && typeof value === 'string') {
    return `${name} must have at most ${most} characters, has ${value.length}`;
  }
  return `${name} must be at most ${most}, is ${showValue(value)}`;
}

/** Our schemas' own messages say what the value must be; zod's own speak to programmers and are not shown. */
function ownWords(issue: Issue, { name, value }: Subject): string {
  const isOurs = issue.message.startsWith('must ');
  const rule = isOurs ? issue.message : 'does not have the expected form';
  return `${name} ${rule}, is ${showValue(value)}`;
}

/** The hint that a check of ours gave with its issue. */
function hintOf(issue: Issue): string | undefined {
  const hint: unknown = issue.code === 'custom' ? issue.params?.['hint'] : undefined;
  return typeof hint === 'string' ? hint : undefined;
}

/** A union that says itself what it wants; else the mistakes of the branch that got furthest. */
function describeUnion(
  issue: IssueOf<'invalid_union'>,
  document: unknown,
  schema: Schema | undefined,
  at: DocumentPath,
  subject: Subject,
): readonly Mistake[] {
  const { path, name, value } = subject;
  if (issue.message.startsWith('must ')) {
    return [{ path, part: 'value', message: ownWords(issue, subject) }];
  }
  const branches = issue.errors.filter((branch) => !branch.some(({ path: inner }) => inner.length === 0));
  const [best] = branches.toSorted((first, second) => first.length - second.length);
  if (best === undefined) {
    const wanted = issue.errors.flatMap(([first]) =>
      first?.code === 'invalid_type' ? [typeWords[first.expected]] : [],
    );
    const words = wanted.filter((word) => word !== undefined);
    const message =
      words.length === 0
        ? ownWords(issue, subject)
        : `${name} must be ${joinWords(words)}, is ${showTyped(value)}`;
    return [{ path, part: 'value', message }];
  }
  return best.flatMap((inner) =>
    describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, document, schema, at),
  );
}

function didYouMean(word: string): string {
  return `Did you mean ${JSON.stringify(word)}?`;
}

function plural(count: string, one: string, many: string): string {
  return count === '1' ? one : many;
}
