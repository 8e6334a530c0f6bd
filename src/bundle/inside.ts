// Whether what a bundle names stays in it: its directory may come from anybody, and a link may lead anywhere.
import { readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Whether a path below a directory is there, and still below it when all links on the way are followed. */
export async function staysInside(directory: string, path: string): Promise<boolean> {
  const root = await realpath(directory);
  const target = await realpath(join(directory, path)).catch(() => undefined);
  return target?.startsWith(root.endsWith(sep) ? root : root + sep) === true;
}

/** The links below a directory that lead out of it, or nowhere: whoever writes there would write elsewhere. */
export async function linksOut(directory: string, below = ''): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(directory, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await linksOut(directory, path)));
    else if (entry.isSymbolicLink() && !(await staysInside(directory, path))) found.push(path);
  }
  return found;
}
