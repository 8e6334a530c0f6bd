// Anything thrown in a run → one BootstrapError with a place, safe to show.
import { inspect } from 'node:util';
import { defined } from '../../core/defined.ts';
import { BootstrapError, formatPlace, type ErrorData, type TaskPosition } from '../../core/errors.ts';
import type { Redactor } from '../../core/secret.ts';
import type { ErrorView } from './events.ts';

/** What is not a BootstrapError is a bug of ours. */
export function asBootstrapError(thrown: unknown): BootstrapError {
  if (thrown instanceof BootstrapError) return thrown;
  const message = thrown instanceof Error ? thrown.message : inspect(thrown);
  return new BootstrapError('internal', `this is a bug in ipvs-bootstrap: ${message}`, { cause: thrown });
}

/** The error with the task as its place unless it has a better one, and without known secrets. */
export function placed(error: BootstrapError, place: TaskPosition, redactor: Redactor): BootstrapError {
  const { message, where, hint, detail, data } = error;
  const isVague = where === undefined || ('host' in where && where.task === undefined);
  const host = where !== undefined && 'host' in where ? where.host : place.host;
  return error.with({
    message: redactor.redact(message),
    where: isVague ? { ...place, host } : where,
    hint: hint && redactor.redact(hint),
    detail: detail && redactor.redact(detail),
    data: data && (redactor.redactData(data) as ErrorData),
  });
}

export function errorView({ code, message, where, hint, detail, data = {} }: BootstrapError): ErrorView {
  const told = defined(data);
  return defined({
    code,
    message,
    place: where && formatPlace(where),
    hint,
    detail,
    data: Object.keys(told).length === 0 ? undefined : told,
  });
}
