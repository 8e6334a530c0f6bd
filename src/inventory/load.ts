// Inventory file → checked inventory, or every mistake in it at once.
import { BootstrapError, ErrorList, type SourcePosition } from '../core/errors.ts';
import type { DocumentPath } from '../source/path.ts';
import { readSource } from '../source/read-source.ts';
import { byPosition, type Source } from '../source/source.ts';
import { throwErrors } from '../source/throw-errors.ts';
import { findingError, findProblems } from './rules/all-rules.ts';
import { outlineOf } from './rules/outline.ts';
import { inventorySchema, type Inventory } from './schema/schema.ts';

const maxFindings = 1000;

export interface LoadedInventory {
  /** The file as it was named by the user; paths in the inventory start at its directory. */
  readonly file: string;
  readonly inventory: Inventory;
  /** What works and is still worth a thought, each with its position. To be shown, never thrown. */
  readonly warnings: readonly BootstrapError[];
  /** Where in the file an entry stands. */
  readonly placeOf: (path: DocumentPath) => SourcePosition;
  /** The keys that the file itself gives to a map, without any default. */
  readonly keysAt: (path: DocumentPath) => readonly string[];
  /** The line of an entry with carets under it. */
  readonly excerptOf: (path: DocumentPath) => string;
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
  const parsed = safeParse(source);
  const mistakes = parsed.success
    ? []
    : source.errorsFrom(parsed.error.issues, 'inventory.invalid', inventorySchema);
  const findings = findProblems(outlineOf(source.value, parsed.success), maxFindings);
  const broken = findings
    .filter(({ severity }) => severity === 'error')
    .map((found) => findingError(source, found));
  throwErrors([...mistakes, ...broken]);
  if (!parsed.success)
    throw new BootstrapError('internal', 'a broken inventory gave no error', { cause: parsed.error });
  const warnings = findings.map((found) => findingError(source, found)).sort(byPosition);
  return {
    file: source.file,
    inventory: parsed.data,
    warnings,
    placeOf: (path) => source.at(path),
    keysAt: (path) => keysAt(source.value, path),
    excerptOf: (path) => source.excerpt(path),
  };
}

function keysAt(value: unknown, path: DocumentPath): readonly string[] {
  const found = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  return typeof found === 'object' && found !== null ? Object.keys(found) : [];
}

/** zod hands on issues as arguments of one call, which exhausts the stack when there are a hundred thousand. */
function safeParse(source: Source): ReturnType<typeof inventorySchema.safeParse> {
  try {
    return inventorySchema.safeParse(source.value);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = 'the file has more mistakes than can be listed';
    throw new ErrorList([source.error('inventory.invalid', { message, path: [] })], message);
  }
}
