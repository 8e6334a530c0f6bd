// Many errors of one file → one ErrorList in file order, of a length that people can read.
import { ErrorList, type BootstrapError } from '../core/errors.ts';
import { byPosition } from './source.ts';

/** More errors than these are counted, not shown. */
const shownErrors = 100;

/** @throws ErrorList if there is any error */
export function throwErrors(errors: readonly BootstrapError[]): void {
  const [first, ...rest] = errors.toSorted(byPosition).slice(0, shownErrors);
  if (first === undefined) return;
  const isCut = errors.length > shownErrors;
  const message = `${errors.length} problems found; the first ${shownErrors} are shown`;
  throw isCut ? new ErrorList([first, ...rest], message) : new ErrorList([first, ...rest]);
}
