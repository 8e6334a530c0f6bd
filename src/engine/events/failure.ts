// Anything thrown in a run → one BootstrapError with a place, safe to show.
import { BootstrapError, formatPlace, type TaskPosition } from '../../core/errors.ts';
import type { Redactor } from '../../core/secret.ts';
import type { ErrorView } from './events.ts';

/** What is not a BootstrapError is a bug of ours. */
export function asBootstrapError(thrown: unknown): BootstrapError {
  if (thrown instanceof BootstrapError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new BootstrapError('internal', `this is a bug in ipvs-bootstrap: ${message}`, { cause: thrown });
}

/** The error with the task as its place unless it has a better one, and without known secrets. */
export function placed(error: BootstrapError, place: TaskPosition, redactor: Redactor): BootstrapError {
  const { code, message, where, hint, detail, cause } = error;
  const isVague = where === undefined || ('host' in where && where.task === undefined);
  const host = where !== undefined && 'host' in where ? where.host : place.host;
  return new BootstrapError(code, redactor.redact(message), {
    where: isVague ? { ...place, host } : where,
    ...(hint === undefined ? {} : { hint: redactor.redact(hint) }),
    ...(detail === undefined ? {} : { detail: redactor.redact(detail) }),
    ...(cause === undefined ? {} : { cause }),
  });
}

export function errorView({ code, message, where, hint, detail }: BootstrapError): ErrorView {
  return {
    code,
    message,
    ...(where === undefined ? {} : { place: formatPlace(where) }),
    ...(hint === undefined ? {} : { hint }),
    ...(detail === undefined ? {} : { detail }),
  };
}
