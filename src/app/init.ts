// Use case of `init`: an inventory to start from, as text or as a new file.
import { writeFile } from 'node:fs/promises';
import { BootstrapError } from '../core/errors.ts';
import { starterInventory } from '../inventory/starter.ts';

/** The commented inventory to start from. */
export function initialInventory(): string {
  return starterInventory;
}

/**
 * Writes the starting inventory to a file that does not exist yet.
 * @throws BootstrapError `usage` if the file exists or cannot be made
 */
export async function writeInitialInventory(file: string): Promise<void> {
  try {
    await writeFile(file, starterInventory, { flag: 'wx' });
  } catch (cause) {
    throw notWritten(file, cause);
  }
}

function notWritten(file: string, cause: unknown): BootstrapError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'EEXIST') {
    return new BootstrapError(
      'usage',
      `the file ${JSON.stringify(file)} exists already and is left as it is`,
      {
        hint: 'Give another name, or move the file away.',
        cause,
      },
    );
  }
  return new BootstrapError('usage', `the file ${JSON.stringify(file)} cannot be written: ${message}`, {
    hint: 'Its directory must be there, and you must be allowed to write to it.',
    cause,
  });
}
