// Programs of Go modules as an entry of the cache.
import { join } from 'node:path';
import { cached, type CacheEntry } from '../cache.ts';
import type { BuildContext } from '../debian/cached-build.ts';
import { compilePrograms, type GoPrograms } from './compile.ts';
import { withGoWorkspace } from './workspace.ts';

/** To be raised when the code of this folder changes what comes out. */
export const goRecipe = 1;

/** The cache entry `name` with the programs, by their names. Which compiler made them does not matter. */
export async function cachedPrograms(
  context: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
  name: string,
  wanted: GoPrograms,
): Promise<CacheEntry> {
  const { cacheRoot, report, signal } = context;
  const { module, version, programs, variables, ownMain, quick } = wanted;
  const key = { recipe: goRecipe, module, version, programs, variables, ownMain, quick };
  const build = (directory: string): Promise<void> =>
    withGoWorkspace(context, join(directory, 'work'), (workspace) =>
      compilePrograms(workspace, wanted, directory),
    );
  return cached({ root: cacheRoot, name, key }, build, { report, signal });
}
