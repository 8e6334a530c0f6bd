// What lies in a bundle, whatever its manifest says.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Entry {
  /** Below the bundle, with forward slashes. */
  readonly path: string;
  /** Whether it is a file, and no link, device or the like. */
  readonly isFile: boolean;
  /** A file that may be executed by somebody, or something that is neither file nor directory. */
  readonly isExecutable: boolean;
}

/** All in a directory and below it but directories. A link counts as what it leads to. */
export async function entriesOf(directory: string, below = ''): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const found of await readdir(join(directory, below), { withFileTypes: true })) {
    const path = below === '' ? found.name : `${below}/${found.name}`;
    if (found.isDirectory()) {
      entries.push(...(await entriesOf(directory, path)));
      continue;
    }
    const seen = await stat(join(directory, path)).catch(() => undefined);
    const isFile = found.isFile();
    entries.push({ path, isFile, isExecutable: seen?.isFile() !== true || (seen.mode & 0o111) !== 0 });
  }
  return entries.sort((one, other) => (one.path < other.path ? -1 : 1));
}
