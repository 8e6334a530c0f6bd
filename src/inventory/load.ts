// Inventory file → checked inventory, or every mistake in it at once.
import { BootstrapError, ErrorList } from '../core/errors.ts';
import { readSource } from '../source/read-source.ts';
import { byPosition, type Source } from '../source/source.ts';
import { outlineOf } from './outline.ts';
import { findingError, findProblems } from './rules.ts';
import { inventorySchema, type Inventory } from './schema.ts';

/** More errors than these are counted, not shown. */
const shownErrors = 100;
const maxFindings = 1000;

export interface LoadedInventory {
  /** The file as it was named by the user; paths in the inventory start at its directory. */
  readonly file: string;
  readonly inventory: Inventory;
  /** What works and is still worth a thought, each with its position. To be shown, never thrown. */
  readonly warnings: readonly BootstrapError[];
}

/**
 * Reads and checks an inventory file.
 * @throws BootstrapError `file.unreadable`, or an ErrorList of `inventory.invalid` with everything that is wrong in
 *   the file: YAML errors alone if there are any, else all broken keys, values and rules
 */
export async function loadInventory(file: string): Promise<LoadedInventory> {
  return checkInventory(await readSource(file, 'inventory.invalid'));
}

/**
 * Checks an inventory that was already read.
 * @throws ErrorList of `inventory.invalid`
 */
export function checkInventory(source: Source): LoadedInventory {
  const parsed = inventorySchema.safeParse(source.value);
  const mistakes = parsed.success
    ? []
    : source.errorsFrom(parsed.error.issues, 'inventory.invalid', inventorySchema);
  const findings = findProblems(outlineOf(source.value, parsed.success), maxFindings);
  const broken = findings
    .filter(({ severity }) => severity === 'error')
    .map((found) => findingError(source, found));
  throwAll([...mistakes, ...broken].sort(byPosition));
  if (!parsed.success)
    throw new BootstrapError('internal', 'a broken inventory gave no error', { cause: parsed.error });
  const warnings = findings.map((found) => findingError(source, found)).sort(byPosition);
  return { file: source.file, inventory: parsed.data, warnings };
}

function throwAll(errors: readonly BootstrapError[]): void {
  const [first, ...rest] = errors.slice(0, shownErrors);
  if (first === undefined) return;
  const isCut = errors.length > shownErrors;
  const message = `${errors.length} problems found; the first ${shownErrors} are shown`;
  throw isCut ? new ErrorList([first, ...rest], message) : new ErrorList([first, ...rest]);
}
