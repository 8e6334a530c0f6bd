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

/**
 * Checks the syntax of all expressions in a text.
 * @throws BootstrapError `playbook.invalid`, without a place.
 */
export function checkLeaf(text: string): void {
  replaceExpressions(text, (expression) => {
    checkExpression(expression);
    return '';
  });
}

/**
 * Fills in one text: an expression alone keeps its type, others become part of the text.
 * @throws BootstrapError `playbook.invalid`, without a place.
 */
export function fillLeaf(text: string, context: ExpressionContext): unknown {
  const sole = soleExpression(text);
  if (sole !== undefined) return evaluateExpression(sole, context);
  return replaceExpressions(text, (expression) =>
    asText(expression, evaluateExpression(expression, context)),
  );
}

/** By hand, as a regular expression takes time with the square of the length where "}}" are missing. */
function replaceExpressions(text: string, replace: (expression: string) => string): string {
  const parts: string[] = [];
  let end = 0;
  for (let start = text.indexOf('${{'); start !== -1; start = text.indexOf('${{', end)) {
    const close = text.indexOf('}}', start + 3);
    if (close === -1) throw new BootstrapError('playbook.invalid', '"${{" without "}}"');
    parts.push(text.slice(end, start), replace(text.slice(start + 3, close)));
    end = close + 2;
  }
  return `${parts.join('')}${text.slice(end)}`;
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
