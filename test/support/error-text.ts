// Errors as text for golden files: place, message, source lines, hint.
import { basename } from 'node:path';
import { BootstrapError, ErrorList, formatPlace } from '../../src/core/errors.ts';

/** One block for each error, with the file named without its directory. */
export function errorText(error: unknown): string {
  if (!(error instanceof BootstrapError)) throw error;
  const errors = error instanceof ErrorList ? error.errors : [error];
  return `${error instanceof ErrorList ? `${error.message}\n\n` : ''}${errors.map(block).join('\n')}`;
}

function block({ code, where, message, detail, hint }: BootstrapError): string {
  const place = where === undefined ? '' : `${formatPlace(where)}: `;
  const file = where !== undefined && 'file' in where ? where.file : '';
  const first = `${place}${message}`.replaceAll(file, basename(file));
  return [`[${code}] ${first}`, detail, hint === undefined ? undefined : `hint: ${hint}`, '']
    .filter((line) => line !== undefined)
    .join('\n');
}
