// How much of a disk directories take, counting a file that has several names once.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A counter of bytes on the disk: holes of sparse files do not count, and a file that an earlier call has met under
 * another name counts for nothing.
 */
export function diskUse(): (path: string) => Promise<number> {
  const seen = new Set<number>();
  const count = async (path: string): Promise<number> => {
    const { blocks, ino, nlink, isDirectory } = await statOf(path);
    if (nlink > 1 && !isDirectory) {
      if (seen.has(ino)) return 0;
      seen.add(ino);
    }
    let size = blocks * 512;
    if (isDirectory) for (const name of await readdir(path)) size += await count(join(path, name));
    return size;
  };
  return count;
}

async function statOf(path: string) {
  const stat = await lstat(path);
  return { blocks: stat.blocks, ino: stat.ino, nlink: stat.nlink, isDirectory: stat.isDirectory() };
}
