// What is wrong with a value, in a sentence: "hosts[0].roles must be a list of roles, is the text "worker"".
import type { z } from 'zod';
import { didYouMean, nearest } from '../core/nearest.ts';
import { isSecretKey, secretSources } from './mask-secrets.ts';
import type { DocumentPath } from './path.ts';
import { knownKeys, metaOf, type Schema } from './schema-walk.ts';
import { joinWords, showTyped, showValue, typeWords } from './words.ts';

export type Issue = z.core.$ZodIssue;
export type IssueOf<Code extends Issue['code']> = Extract<Issue, { readonly code: Code }>;

/** What an issue is about: its place, the value there, and the schemas that were wanted. */
export interface Subject {
  readonly path: DocumentPath;
  readonly name: string;
  readonly value: unknown;
  readonly schemas: readonly Schema[];
}

interface Description {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Describes an issue about a value that is there. */
export function describeValueIssue(issue: Issue, subject: Subject): Description {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue, subject);
    case 'invalid_value':
      return wrongChoice(issue.values, subject);
    case 'too_small':
      return { message: tooSmall(issue, subject) };
    case 'too_big':
      return { message: tooBig(issue, subject) };
    case 'invalid_union':
      return unionChoices(issue).length > 0
        ? wrongChoice(unionChoices(issue), subject)
        : { message: ownWords(issue, subject) };
    default:
      return { message: ownWords(issue, subject), hint: hintOf(issue) };
  }
}

function wrongType(issue: IssueOf<'invalid_type'>, subject: Subject): Description {
  const { name, value, schemas } = subject;
  const wanted = metaOf(schemas, 'title') ?? typeWords[issue.expected] ?? issue.expected;
  return {
    message: `${name} must be ${wanted}, is ${isSecret(subject) ? typeOf(value) : showTyped(value)}`,
    hint: metaOf(schemas, 'hint') ?? joinedKeyHint(value, schemas) ?? typeHint(issue.expected, value),
  };
}

/** Somebody may have written the secret itself. */
function isSecret({ path }: Subject): boolean {
  return path.some(isSecretKey) && !secretSources.includes(String(path.at(-1)));
}

/** Of texts, numbers and the like only what they are; the rest tells nothing anyway. */
function typeOf(value: unknown): string {
  return typeof value === 'object' ? showTyped(value) : (typeWords[typeof value] ?? typeof value);
}

/** The value, as far as it may be shown. */
function shown(subject: Subject): string {
  return isSecret(subject) ? 'something else' : showValue(subject.value);
}

/** What somebody probably meant who wrote a value of another type than the expected one. */
export function typeHint(expected: string, value: unknown): string | undefined {
  if (expected === 'string' && ['number', 'boolean'].includes(typeof value)) return 'Put it in quotes.';
  if (value === null) return 'Give it a value, or remove it.';
  if (expected === 'array' && typeof value === 'object') return 'Put "- " before each entry of the list.';
  if (typeof value !== 'string') return undefined;
  if (expected === 'array' && /^[\w./:-]{1,60}$/.test(value)) return `Write [${value}].`;
  if (expected === 'boolean') return booleanHint(value);
  return ['number', 'int'].includes(expected) ? numberHint(value) : undefined;
}

/** The hint for `key:value`, which is a text. The value may be a secret, so it is not repeated. */
export function joinedKeyHint(value: unknown, schemas: readonly Schema[]): string | undefined {
  const key = typeof value === 'string' ? /^([^:]+):./.exec(value)?.[1] : undefined;
  if (key === undefined || !knownKeys(schemas).includes(key)) return undefined;
  return `A blank is missing after the ":": write "${key}: …".`;
}

function numberHint(value: string): string | undefined {
  if (/^\d+ ?(ms|s|m|h)$/.test(value)) return 'Write the number alone.';
  return value.trim() !== '' && Number.isFinite(Number(value)) ? 'Write it without quotes.' : undefined;
}

/** YAML 1.1 read these words as true and false; many still write them so. */
function booleanHint(value: string): string | undefined {
  if (/^(y|yes|on|true)$/i.test(value)) return 'Write true: YAML 1.2 knows no other word for it.';
  if (/^(n|no|off|false)$/i.test(value)) return 'Write false: YAML 1.2 knows no other word for it.';
  return undefined;
}

/** What the key that decides between the branches of a union may be; nothing for other unions. */
function unionChoices(issue: IssueOf<'invalid_union'>): readonly unknown[] {
  return 'options' in issue ? (issue.options ?? []) : [];
}

function wrongChoice(values: readonly unknown[], subject: Subject): Description {
  const { name, value, schemas } = subject;
  const choices = values.map(String);
  const near = typeof value === 'string' ? nearest(value, choices) : undefined;
  const wanted = choices.length === 1 ? choices.join('') : `one of ${joinWords(choices, 'or', 20)}`;
  return {
    message: `${name} must be ${wanted}, is ${shown(subject)}`,
    hint: near === undefined ? metaOf(schemas, 'hint') : didYouMean(near),
  };
}

function tooSmall(issue: IssueOf<'too_small'>, subject: Subject): string {
  const { name } = subject;
  const least = String(issue.minimum);
  if (issue.origin === 'array') return `${name} must have at least ${least} ${entries(least)}`;
  if (issue.origin !== 'string') return `${name} must be at least ${least}, is ${shown(subject)}`;
  return least === '1' ? `${name} must not be empty` : `${name} must have at least ${least} characters`;
}

function tooBig(issue: IssueOf<'too_big'>, subject: Subject): string {
  const { name, value } = subject;
  const most = String(issue.maximum);
  if (issue.origin === 'array') return `${name} must have at most ${most} ${entries(most)}`;
  if (issue.origin !== 'string') return `${name} must be at most ${most}, is ${shown(subject)}`;
  const length = typeof value === 'string' ? `, has ${value.length}` : '';
  return `${name} must have at most ${most} characters${length}`;
}

/** Our schemas' own messages say what the value must be; zod's own speak to programmers and are not shown. */
function ownWords(issue: Issue, subject: Subject): string {
  const { name, value } = subject;
  const rule = issue.message.startsWith('must ') ? issue.message : 'does not have the expected form';
  // "is a map" would tell nothing about a map with wrong entries.
  const isOne = issue.code !== 'custom' || typeof value !== 'object' || value === null;
  return isOne && !isSecret(subject) ? `${name} ${rule}, is ${showValue(value)}` : `${name} ${rule}`;
}

/** The hint that a check of ours gave with its issue. */
function hintOf(issue: Issue): string | undefined {
  const hint: unknown = issue.code === 'custom' ? issue.params?.['hint'] : undefined;
  return typeof hint === 'string' ? hint : undefined;
}

function entries(count: string): string {
  return count === '1' ? 'entry' : 'entries';
}
