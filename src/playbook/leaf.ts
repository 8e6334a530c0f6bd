// Expressions in the values of a playbook: found in every text, checked early, filled in for a host.
import { BootstrapError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { shown } from '../render/expression-words.ts';
import { checkExpression, evaluateExpression, type ExpressionContext } from '../render/expression.ts';
import type { DocumentPath } from '../source/path.ts';

const wholeText = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s;

/** Texts with expressions under a value, with their paths. */
export function expressionLeaves(
  value: unknown,
  path: DocumentPath = [],
): readonly { readonly path: DocumentPath; readonly text: string }[] {
  if (typeof value === 'string') return value.includes('${{') ? [{ path, text: value }] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => expressionLeaves(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => expressionLeaves(item, [...path, key]));
}

/** The expression of a text that is one and nothing else. */
export function soleExpression(text: string): string | undefined {
  return wholeText.exec(text)?.[1];
}

/** What is wrong with an expression, and how that is written in its text. */
export interface LeafMistake {
  readonly error: BootstrapError;
  readonly written: string;
}

/** Checks the syntax of all expressions in a text. */
export function checkLeaf(text: string): readonly LeafMistake[] {
  const mistakes: LeafMistake[] = [];
  replaceExpressions(text, mistakes, (expression) => {
    checkExpression(expression);
    return '';
  });
  return mistakes;
}

/** What a text comes to: an expression alone keeps its type, others become part of the text. */
export type FilledLeaf = { readonly value: unknown } | { readonly mistakes: readonly LeafMistake[] };

/** Fills in all expressions of one text, and finds all that are wrong. */
export function fillLeaf(text: string, context: ExpressionContext): FilledLeaf {
  const mistakes: LeafMistake[] = [];
  const sole = soleExpression(text);
  const value =
    sole === undefined
      ? replaceExpressions(text, mistakes, (expression) =>
          asText(expression, evaluateExpression(expression, context)),
        )
      : attempt(text.trim(), mistakes, () => evaluateExpression(sole, context));
  return mistakes.length > 0 ? { mistakes } : { value };
}

/** By hand, as a regular expression takes time with the square of the length where "}}" are missing. */
function replaceExpressions(
  text: string,
  mistakes: LeafMistake[],
  replace: (expression: string) => string,
): string {
  const parts: string[] = [];
  let end = 0;
  for (let start = text.indexOf('${{'); start !== -1; start = text.indexOf('${{', end)) {
    const close = text.indexOf('}}', start + 3);
    if (close === -1) {
      const error = new BootstrapError('playbook.invalid', '"${{" without "}}"');
      mistakes.push({ error, written: text.slice(start) });
      break;
    }
    const written = text.slice(start, close + 2);
    const filled = attempt(written, mistakes, () => replace(text.slice(start + 3, close)));
    parts.push(text.slice(end, start), filled ?? '');
    end = close + 2;
  }
  return `${parts.join('')}${text.slice(end)}`;
}

function attempt<Value>(written: string, mistakes: LeafMistake[], action: () => Value): Value | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    mistakes.push({ error, written });
    return undefined;
  }
}

function asText(expression: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  const what = value instanceof Secret ? 'a secret' : value === null ? 'nil' : 'a list or map';
  throw new BootstrapError(
    'playbook.invalid',
    `expression "${shown(expression)}" gives ${what}, which cannot be part of a text`,
  );
}
