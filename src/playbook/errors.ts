// Mistakes of playbooks come all at once.
import { ErrorList, formatPlace, type BootstrapError } from '../core/errors.ts';

/** More errors than these are counted, not shown. */
const shownErrors = 100;

/**
 * Returns when there are no errors.
 * @throws ErrorList each place and message once
 */
export function throwAll(errors: readonly BootstrapError[]): void {
  const unique = new Map(errors.map((error) => [`${placeOf(error)}\n${error.message}`, error]));
  const [first, ...rest] = [...unique.values()].slice(0, shownErrors);
  if (first === undefined) return;
  const message = `${unique.size} problems found; the first ${shownErrors} are shown`;
  throw unique.size > shownErrors
    ? new ErrorList([first, ...rest], message)
    : new ErrorList([first, ...rest]);
}

/** Where an error is; empty without a place. */
export function placeOf(error: BootstrapError): string {
  return error.where === undefined ? '' : formatPlace(error.where);
}
