// An error as lines for people: what failed, where, why, and what to do next.
import { inspect } from 'node:util';
import { ErrorList, type BootstrapError } from '../core/errors.ts';
import type { ErrorView } from '../engine/events/events.ts';
import { asBootstrapError, errorView } from '../engine/events/failure.ts';
import type { Style } from './style.ts';

/** Lines for an error's view. */
export function errorLines(error: ErrorView, style: Style): readonly string[] {
  const place = error.place === undefined ? '' : `${error.place}: `;
  return [
    `${style.bad('error')} ${place}${error.message} ${style.faint(`[${error.code}]`)}`,
    ...indented(error.detail),
    ...(error.hint === undefined ? [] : [`  ${style.strong('hint:')} ${error.hint}`]),
  ];
}

/**
 * Lines for anything thrown. Unknown things are our own bugs (`internal`); the stack shows with `debug` only.
 */
export function thrownLines(thrown: unknown, style: Style, debug: boolean): readonly string[] {
  if (thrown instanceof ErrorList) {
    const each = thrown.errors.flatMap((error) => thrownLines(error, style, debug));
    return thrown.errors.length > 1 ? [...each, thrown.message] : each;
  }
  const error = asBootstrapError(thrown);
  const isBug = error.code === 'internal';
  const lines = errorLines(errorView(isBug ? error.with({ hint: bugHint }) : error), style);
  return debug ? [...lines, ...stackLines(error)] : lines;
}

const bugHint = 'Run the command again with --debug and report what it prints.';

/** Lines for something that works and is still worth a thought. */
export function warningLines(warning: BootstrapError, style: Style): readonly string[] {
  const { message, place, hint, detail } = errorView(warning);
  return [
    `${style.changed('warning')} ${place === undefined ? '' : `${place}: `}${message}`,
    ...indented(detail),
    ...(hint === undefined ? [] : [`  ${style.strong('hint:')} ${hint}`]),
  ];
}

function stackLines(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [`  caused by: ${inspect(error)}`];
  return [
    ...indented(error.stack),
    ...(error.cause === undefined ? [] : ['  caused by:', ...stackLines(error.cause)]),
  ];
}

function indented(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : text.split('\n').map((line) => `  ${line}`);
}
