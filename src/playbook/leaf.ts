// Expressions in the values of a playbook: found in every text, checked early, filled in for a host.
import { BootstrapError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { checkExpression, evaluateExpression, type ExpressionContext } from '../render/expression.ts';
import type { DocumentPath } from '../source/path.ts';

const wholeText = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s;
const anywhere = /\$\{\{(.*?)\}\}/gs;

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
  const rest = text.replaceAll(anywhere, (_match, expression: string) => {
    checkExpression(expression);
    return '';
  });
  if (rest.includes('${{')) throw new BootstrapError('playbook.invalid', '"${{" without "}}"');
}

/**
 * Fills in one text: an expression alone keeps its type, others become part of the text.
 * @throws BootstrapError `playbook.invalid`, without a place.
 */
export function fillLeaf(text: string, context: ExpressionContext): unknown {
  const sole = soleExpression(text);
  if (sole !== undefined) return evaluateExpression(sole, context);
  return text.replaceAll(anywhere, (_match, expression: string) =>
    asText(expression, evaluateExpression(expression, context)),
  );
}

function asText(expression: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  const what = value instanceof Secret ? 'a secret' : value === null ? 'nil' : 'a list or map';
  throw new BootstrapError(
    'playbook.invalid',
    `expression "${expression.trim()}" gives ${what}, which cannot be part of a text`,
  );
}
