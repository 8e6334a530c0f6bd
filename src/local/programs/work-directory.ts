// A directory for the files of one check, which is gone afterwards.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes a directory below `parent`, which is made as well, and removes it when `use` has ended, whatever came of it. */
export async function withWorkDirectory<T>(
  parent: string,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(join(parent, '.check-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
