// Kubernetes from Go modules, as the lab's builder makes it: compiled once, and kept in the lab's cache.
import { loadBundle } from '../../bundle/load.ts';
import type { BundleRequest, CompiledModules } from '../../bundle/make/request.ts';
import { BootstrapError } from '../../core/errors.ts';
import { bundleDirectory } from '../../lab/bundle/stages.ts';
import { withCacheInUse } from '../../lab/cache-use.ts';
import type { Report } from '../../local/report.ts';
import { ownCache } from '../local/base-directories.ts';

/** The lab's bundle of a version: minutes of computing when it is not in the cache. */
export function compiledKubernetes(version: string): CompiledModules['compile'] {
  return async (report, signal) => {
    if (process.arch !== 'x64') {
      throw new BootstrapError('preflight.failed', 'Kubernetes is compiled on x86-64 machines only', {
        hint: 'Make the bundle there, or from binaries or packages.',
      });
    }
    return loadBundle(await bundleDirectory(ownCache(process.env), version, report, signal));
  };
}

/** Does the work; what is compiled for it, nobody frees meanwhile. */
export async function whileCompiledIsKept<T>(
  { from }: Pick<BundleRequest, 'from'>,
  how: { readonly report: Report; readonly signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  return from.kind === 'modules'
    ? withCacheInUse({ cacheRoot: ownCache(process.env), ...how }, work)
    : work();
}
