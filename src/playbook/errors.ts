// Mistakes of playbooks come all at once.
import { ErrorList, formatPlace, type BootstrapError } from '../core/errors.ts';

/** Throws the errors as one list, each place and message once; returns when there are none. */
export function throwAll(errors: readonly BootstrapError[]): void {
  const unique = new Map(errors.map((error) => [key(error), error]));
  const [first, ...rest] = unique.values();
  if (first !== undefined) throw new ErrorList([first, ...rest]);
}

function key(error: BootstrapError): string {
  return `${error.where === undefined ? '' : formatPlace(error.where)}\n${error.message}`;
}
