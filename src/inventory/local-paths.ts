// Paths written in an inventory → absolute paths on this machine.
import { dirname, resolve } from 'node:path';

/** What the defaults of an inventory come from, besides the file itself. */
export interface LocalEnvironment {
  /** Absolute path of the user's home directory. */
  readonly homeDirectory: string;
  /** Login name of the user. */
  readonly userName: string;
}

/**
 * A function that makes paths absolute: "~" and "~/…" start at the home directory, others at the inventory's
 * directory. "~other" is not expanded: it is a file of that name.
 */
export function localPaths(
  inventoryFile: string,
  { homeDirectory }: LocalEnvironment,
): (path: string) => string {
  const directory = dirname(resolve(inventoryFile));
  return (path) => {
    if (path === '~' || path.startsWith('~/')) return resolve(homeDirectory, `.${path.slice(1)}`);
    return resolve(directory, path);
  };
}
