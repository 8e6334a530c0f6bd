// One zod issue → the mistakes that it stands for, each with its place.
import type { z } from 'zod';
import { didYouMean, nearest } from '../core/nearest.ts';
import {
  describeValueIssue,
  joinedKeyHint,
  typeHint,
  type Issue,
  type IssueOf,
  type Subject,
} from './issue-words.ts';
import { isSecretKey } from './mask-secrets.ts';
import type { Mistake } from './mistake.ts';
import { formatPath, valueAt, type DocumentPath } from './path.ts';
import { knownKeys, metaOf, schemasAt, type Schema } from './schema-walk.ts';
import { joinWords, showValue, typeWords } from './words.ts';

/** What was checked: the whole document's data, the schema, and where in the document the checked value stands. */
export interface Checked {
  readonly document: unknown;
  readonly schema: Schema | undefined;
  readonly at: DocumentPath;
}

/** Describes an issue. Several mistakes come of one issue for several unknown keys, and of unions. */
export function describeIssue(issue: Issue, checked: Checked): readonly Mistake[] {
  const subject = subjectOf(issue, checked);
  const { path, value } = subject;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, subject));
  if (issue.code === 'invalid_key') return [{ path, part: 'key', ...describeKey(issue, subject) }];
  if (value === undefined && path.length > 0) return [missing(subject)];
  if (issue.code === 'invalid_union') return describeUnion(issue, checked, subject);
  return [{ path, part: 'value', ...describeValueIssue(issue, subject) }];
}

function subjectOf(issue: Issue, { document, schema, at }: Checked): Subject {
  const path = [...at, ...issue.path];
  const schemas = schema === undefined ? [] : schemasAt(schema, issue.path, valueAt(document, at));
  return { path, name: formatPath(path) || 'the file', value: valueAt(document, path), schemas };
}

function unknownKey(key: string, { path, schemas }: Subject): Mistake {
  const keys = knownKeys(schemas);
  // Somebody may have written the secret where its source belongs.
  const shown = path.some(isSecretKey) ? 'unknown key' : `unknown key ${showValue(key)}`;
  const mistake = {
    path: [...path, key],
    part: 'key',
    message: `${shown}${inside(path)}`,
  } as const;
  const joined = joinedKeyHint(key, schemas);
  if (joined !== undefined) {
    const meant = [...path, key.slice(0, key.indexOf(':'))];
    return { ...mistake, hint: joined, key: { is: 'misspelt', meant } };
  }
  const near = nearest(key, keys);
  const known = keys.length === 1 ? 'The only key here is ' : 'The keys here are ';
  const hint = keys.length === 0 ? undefined : `${known}${joinWords(keys, 'and', 20)}.`;
  if (near === undefined) return { ...mistake, hint };
  return { ...mistake, hint: didYouMean(near), key: { is: 'misspelt', meant: [...path, near] } };
}

function missing({ path, schemas }: Subject): Mistake {
  return {
    path,
    part: 'key',
    message: `${showValue(String(path.at(-1)))} is missing${inside(path.slice(0, -1))}`,
    hint: metaOf(schemas, 'description'),
    key: { is: 'missing', meant: path },
  };
}

/** A key of a map with free keys: the key itself has to obey a rule. */
function describeKey(issue: IssueOf<'invalid_key'>, { path }: Subject): Pick<Mistake, 'message' | 'hint'> {
  const [reason] = issue.issues;
  const rule =
    reason?.message.startsWith('must ') === true ? reason.message : 'does not have the expected form';
  const message = `the key ${showValue(String(path.at(-1)))}${inside(path.slice(0, -1))} ${rule}`;
  const hint: unknown = reason?.code === 'custom' ? reason.params?.['hint'] : undefined;
  return { message, hint: typeof hint === 'string' ? hint : undefined };
}

/** What a union says itself about what it wants; else the mistakes of the branch that fits best. */
function describeUnion(
  issue: IssueOf<'invalid_union'>,
  checked: Checked,
  subject: Subject,
): readonly Mistake[] {
  const { path, name, value } = subject;
  if (issue.message.startsWith('must '))
    return [{ path, part: 'value', ...describeValueIssue(issue, subject) }];
  const fitting = issue.errors.filter((branch) => !branch.some(isOfAnotherKind));
  const [best] = fitting.toSorted((first, second) => first.length - second.length);
  if (best !== undefined) {
    return best.flatMap((inner) =>
      describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, checked),
    );
  }
  const wanted = issue.errors.map(([first]) => (first === undefined ? undefined : wantedType(first)));
  const words = wanted.filter((word) => word !== undefined);
  if (words.length === 0) return [{ path, part: 'value', ...describeValueIssue(issue, subject) }];
  const hints = issue.errors.flatMap(([first]) =>
    first?.code === 'invalid_type' ? (typeHint(first.expected, value) ?? []) : [],
  );
  const message = `${name} must be ${joinWords(words)}, is ${showValue(value)}`;
  return [{ path, part: 'value', message, hint: hints[0] }];
}

/**
 * Whether the value as a whole is not what the branch is for. A map with an unknown key is, and whoever complains in words
 * of our own has found a value of the right type.
 */
function isOfAnotherKind({ path, code }: z.core.$ZodIssue): boolean {
  return path.length === 0 && code !== 'unrecognized_keys' && code !== 'custom';
}

function wantedType(issue: z.core.$ZodIssue): string | undefined {
  return issue.code === 'invalid_type' ? typeWords[issue.expected] : undefined;
}

function inside(path: DocumentPath): string {
  return path.length === 0 ? '' : ` in ${formatPath(path)}`;
}
