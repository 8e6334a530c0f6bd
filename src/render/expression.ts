// Expressions of playbooks: what stands between ${{ and }}. Liquid's values and filters, without its leniency.
import {
  Drop,
  Liquid,
  Tokenizer,
  TypeGuards,
  UndefinedVariableError,
  type FilterImplOptions,
  type Token,
} from 'liquidjs';
import { BootstrapError } from '../core/errors.ts';
import { didYouMean, nearest } from '../core/nearest.ts';
import { Secret } from '../core/secret.ts';
import { missingVariable, quoted, reasonOf, shown, type Reason } from './expression-words.ts';

export type ExpressionContext = Readonly<Record<string, unknown>>;

/** Above these an expression is an accident or an attack: they bound time and memory of one evaluation. */
const limits = { parseLimit: 10_000, memoryLimit: 1_000_000, renderLimit: 5_000 };
const maxLength = 1000;

// `lenientIf` has one effect here: `x.y | default: 1` works when x has no y.
const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  lenientIf: true,
  ...limits,
});
guardFilters();

/**
 * Evaluates one expression; objects, lists and Secrets come out as they are.
 * A missing property is an error: write `x.y | default: nil` where it may be absent.
 * @throws BootstrapError `playbook.invalid`, without a place.
 */
export function evaluateExpression(text: string, context: ExpressionContext): unknown {
  checkExpression(text);
  return plain(
    text,
    orInvalid(text, () => liquid.evalValueSync(text, context) as unknown, context),
  );
}

/**
 * Checks syntax and filter names without values.
 * @throws BootstrapError `playbook.invalid`, without a place.
 */
export function checkExpression(text: string): void {
  if (text.length > maxLength) {
    throw invalid(text, { message: `it is longer than ${maxLength} characters` });
  }
  const tokenizer = new Tokenizer(text, liquid.options.operators);
  orInvalid(text, () => {
    checkTokens(text, [...tokenizer.readExpressionTokens()]);
    for (const filter of tokenizer.readFilters()) {
      if (!Object.hasOwn(liquid.filters, filter.name)) throw unknownFilter(text, filter.name);
      for (const arg of filter.args) checkQuotes(Array.isArray(arg) ? arg[1] : arg);
    }
    tokenizer.skipBlank();
    if (!tokenizer.end()) throw new Error(`unexpected ${quoted(tokenizer.remaining())}`);
  });
}

/** Operands and operators must take turns; Liquid itself drops what does not fit. */
function checkTokens(text: string, tokens: readonly Token[]): void {
  const seen = new Set<string>();
  let wantsOperand = true as boolean;
  for (const token of tokens) {
    if (TypeGuards.isOperatorToken(token)) {
      if (wantsOperand !== (token.operator === 'not')) throw new Error(`misplaced "${token.operator}"`);
      seen.add(token.operator);
      wantsOperand = true;
      continue;
    }
    if (!wantsOperand) throw new Error(`unexpected ${quoted(token.getText())}`);
    checkQuotes(token);
    wantsOperand = false;
  }
  if (wantsOperand) throw new Error(text.trim() === '' ? 'it is empty' : 'a value is missing at the end');
  if (seen.has('and') && seen.has('or')) {
    throw new Error('"and" and "or" together have no clear order: use several conditions');
  }
}

function checkQuotes(token: Token | undefined): void {
  if (token === undefined || !TypeGuards.isQuotedToken(token)) return;
  const quoted = token.getText();
  if (quoted.length < 2 || quoted.at(0) !== quoted.at(-1)) throw new Error('a quote is not closed');
}

/** Liquid's `nil` is an object of its own; `empty` and `blank` make sense in comparisons only. */
function plain(text: string, value: unknown): unknown {
  if (!(value instanceof Drop)) return value;
  if ((value.valueOf() as unknown) === null) return null;
  throw invalid(text, { message: '"empty" and "blank" are for comparisons only' });
}

/** A filter would work on a secret's mask and give a wrong value silently; `default` passes it through. */
function guardFilters(): void {
  for (const [name, filter] of Object.entries(liquid.filters)) {
    if (name === 'default' || typeof filter !== 'function') continue;
    liquid.registerFilter(name, function (this: unknown, ...values: unknown[]) {
      if (values.some((value) => value instanceof Secret)) throw new Error('a secret takes no filter');
      return (filter as (...given: unknown[]) => unknown).apply(this, values);
    } as FilterImplOptions);
  }
}

function orInvalid<Result>(text: string, action: () => Result, context: ExpressionContext = {}): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof BootstrapError) throw error;
    // Without `cause`: its context lines could show values.
    if (!(error instanceof UndefinedVariableError)) throw invalid(text, reasonOf(error));
    const variable = error.message.replace(/^undefined variable: (.*), line:\d+, col:\d+$/s, '$1');
    throw invalid(text, missingVariable(variable.split('.'), context));
  }
}

function unknownFilter(text: string, name: string): BootstrapError {
  const near = nearest(name, Object.keys(liquid.filters));
  return invalid(text, {
    message: `there is no filter ${quoted(name)}`,
    hint: near && didYouMean(near),
  });
}

function invalid(text: string, { message, hint }: Reason): BootstrapError {
  return new BootstrapError('playbook.invalid', `expression "${shown(text)}": ${message}`, { hint });
}
