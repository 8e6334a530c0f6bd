// All operations that a playbook can name.
import { filePresent } from './file-present.ts';
import type { Operation } from './operation.ts';

/** Every operation, sorted by name. */
export const operations: readonly Operation[] = [filePresent];

const byName = new Map(operations.map((operation) => [operation.name, operation]));

export function findOperation(name: string): Operation | undefined {
  return byName.get(name);
}
