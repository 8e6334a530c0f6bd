// Writes a file whole or not at all: a temporary name beside it, then a rename.
import { access, constants, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';

/**
 * An existing file is replaced.
 * @param mode permission bits such as 0o644, less those of the umask
 * @throws BootstrapError `file.unreadable` when the file cannot be written
 */
export async function writeWholeFile(path: string, content: string, mode: number): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cannotWrite(path, cause);
  }
}

/**
 * So that long work does not end in a file that cannot be written.
 * @throws BootstrapError `file.unreadable` when its directory takes no files
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

function cannotWrite(path: string, cause: unknown): BootstrapError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new BootstrapError('file.unreadable', `cannot write ${path}${why}`, {
    hint: 'Its directory must be there, and you must be allowed to write to it.',
    cause,
  });
}
