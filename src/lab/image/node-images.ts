// The disk images of a lab: one for each kind of node that it has.
import type { CacheEntry } from '../cache.ts';
import { openBuildContext, type BuildContext } from '../debian/cached-build.ts';
import { codenames, kindName, type NodeKind } from '../node-kind.ts';
import { baseImage } from './base-image.ts';
import { containerdPrograms } from './containerd-programs.ts';

export interface ImagesByKind {
  /** Directories of the images, by the names of their kinds. */
  readonly directories: ReadonlyMap<string, string>;
  readonly outcome: 'cached' | 'built';
}

/** The base image of a kind, with the kernel of the directory `kernel`. */
export async function baseImageOf(
  { cacheRoot, report, signal }: BuildContext,
  { release, containerd }: NodeKind,
  kernel: string,
): Promise<CacheEntry> {
  const context = await openBuildContext(cacheRoot, codenames[release], report, signal);
  const programs = containerd === '2' ? (await containerdPrograms(context)).directory : undefined;
  return baseImage(context, { kernel, containerd: programs });
}

/** Builds an image for each kind, one after the other, and names the kind in what is reported where there are several. */
export async function imageForEach(
  kinds: readonly NodeKind[],
  context: BuildContext,
  build: (context: BuildContext, kind: NodeKind) => Promise<CacheEntry>,
): Promise<ImagesByKind> {
  const directories = new Map<string, string>();
  let outcome: ImagesByKind['outcome'] = 'cached';
  for (const kind of kinds) {
    const name = kindName(kind);
    const report = (line: string): void => {
      context.report(kinds.length > 1 ? `${name}: ${line}` : line);
    };
    const entry = await build({ ...context, report }, kind);
    directories.set(name, entry.directory);
    if (entry.outcome === 'built') outcome = 'built';
  }
  return { directories, outcome };
}
