// Writes a file that only its owner may read: a temporary name, then a rename.
import { open, rename, rm } from 'node:fs/promises';
import { BootstrapError } from '../core/errors.ts';

/** @throws BootstrapError `file.unreadable` when the file cannot be written */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${String(process.pid)}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new BootstrapError('file.unreadable', `cannot write ${path}`, { cause });
  }
}
