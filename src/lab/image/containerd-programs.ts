// containerd 2, which is in no release of Debian yet that nodes have: its programs, compiled from its Go module.
import { join } from 'node:path';
import type { CacheEntry } from '../cache.ts';
import type { BuildContext } from '../debian/cached-build.ts';
import { cachedPrograms } from '../go/cached-programs.ts';

const module = 'github.com/containerd/containerd/v2';
const version = 'v2.4.2';

const names = ['containerd', 'containerd-shim-runc-v2', 'ctr'];

/** The cache entry with the programs; takes two minutes on two fast processors. */
export async function containerdPrograms(
  context: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
): Promise<CacheEntry> {
  return cachedPrograms(context, 'containerd', {
    module,
    version,
    programs: Object.fromEntries(names.map((name) => [name, `${module}/cmd/${name}`])),
    variables: { [`${module}/version.Version`]: version },
  });
}

/** Paths of the programs in an entry. */
export function containerdPaths(directory: string): readonly string[] {
  return names.map((name) => join(directory, name));
}
