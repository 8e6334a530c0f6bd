// ipvs-bootstrap lab prune: the cache without what nothing needs any more.
import { exitCodes } from '../../core/exit-codes.ts';
import { withCacheAlone } from '../../lab/cache-use.ts';
import { findUnused, inventoryTexts, removeUnused, type Unused } from '../../lab/prune.ts';
import { labTexts } from '../../lab/state/labs.ts';
import { cacheDirectory } from '../../lab/state/paths.ts';
import { formatTable } from '../../ui/format.ts';
import type { CommandContext } from '../context.ts';

export async function run(
  { output, signal }: CommandContext,
  { dryRun }: { readonly dryRun: boolean },
): Promise<number> {
  const cache = cacheDirectory();
  const unused = await withCacheAlone(cache, async () => {
    const found = await findUnused(cache, [...(await labTexts()), ...(await inventoryTexts('.'))]);
    for (const one of dryRun ? [] : found) {
      signal.throwIfAborted();
      output.progress(`Removing ${one.name}`);
      await removeUnused(cache, one);
    }
    return found;
  });
  if (output.format === 'json') output.result(JSON.stringify(unused));
  else lines(unused, dryRun).forEach(output.result);
  return exitCodes.done;
}

function lines(unused: readonly Unused[], dryRun: boolean): readonly string[] {
  if (unused.length === 0) return ['Nothing to free: all that the cache holds is in use.'];
  const rows = unused.map(({ what, name, size }) => ({ what, directory: name, size: megabytes(size) }));
  const total = megabytes(unused.reduce((sum, { size }) => sum + size, 0));
  return [...formatTable(rows), dryRun ? `${total} would be freed.` : `${total} freed.`];
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
