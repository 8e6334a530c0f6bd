// Writes a small file so that another process never reads half of it.
import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

/** Leaves the file alone when it holds the text already; else it is replaced in one step. */
export async function writeWhole(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  const unfinished = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(unfinished, text);
  await rename(unfinished, path);
}
