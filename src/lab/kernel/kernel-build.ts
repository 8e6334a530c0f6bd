// Builds the kernel that the nodes run: Linux as an ordinary program, with every module that the cluster may ask for.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packagePath } from '../../core/package-root.ts';
import { cached, isCached, entryDirectory, type CacheEntry, type CacheEntryName } from '../cache.ts';
import type { BuildContext } from '../debian/cached-build.ts';
import { runProgram } from '../../local/programs/program.ts';
import { removeTree } from '../../local/programs/remove-tree.ts';
import { compileKernel } from './compile.ts';
import { configureKernel } from './configure.ts';
import { kernelName, modulesName } from './kernel-files.ts';
import { makeKernel } from './make.ts';
import { triedSeries } from './series.ts';
import { findKernelSource, unpackKernelSource } from './source.ts';

/** Debian packages that the machine itself needs for this. */
export const kernelMachinePackages = [
  ...['gcc', 'libc6-dev', 'make', 'flex', 'bison', 'bc', 'binutils', 'xz-utils'],
] as const;

/** Name of the cache entries. */
const kernelEntryName = 'kernel';

/** To be raised when the code of this folder changes what comes out. */
const recipe = 1;

/**
 * The cache entry with the kernel and its modules. Any entry of a tried series will do, whatever patch release Debian
 * has by now, and nothing touches the network then. Building takes nine minutes on two fast processors.
 */
export async function labKernel(
  context: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
): Promise<CacheEntry> {
  const { cacheRoot, report, signal } = context;
  const configuration = packagePath('templates/lab/kernel.config');
  const text = await readFile(configuration);
  const digest = createHash('sha256').update(text).digest('hex');
  const entryOf = (series: string): CacheEntryName => ({
    root: cacheRoot,
    name: kernelEntryName,
    key: { recipe, series, configuration: digest },
  });
  for (const series of triedSeries) {
    const directory = entryDirectory(entryOf(series));
    if (await isCached(directory)) return { directory, outcome: 'cached' };
  }
  const source = await findKernelSource(cacheRoot, report, signal);
  const build = async (directory: string): Promise<void> => {
    const tree = join(directory, 'source');
    await unpackKernelSource(source, tree, report, signal);
    await configureKernel(tree, configuration, signal);
    await compileKernel(tree, report, signal);
    await collect(tree, directory, signal);
    report('removing the source');
    await removeTree(tree);
  };
  return cached(entryOf(source.series), build, { signal, report });
}

/** Takes the kernel and its modules out of the tree. */
async function collect(tree: string, directory: string, signal: AbortSignal): Promise<void> {
  await runProgram('strip', ['-o', join(directory, kernelName), join(tree, 'linux')], { signal });
  const target = join(directory, 'installed');
  await mkdir(target);
  // The image makes the modules' index itself, by the program that will read it.
  const words = [`INSTALL_MOD_PATH=${target}`, 'INSTALL_MOD_STRIP=1', 'DEPMOD=true', 'modules_install'];
  await makeKernel(tree, words, { signal });
  await rename(join(target, 'lib/modules'), join(directory, modulesName));
  await rm(target, { recursive: true });
  for (const version of await readdir(join(directory, modulesName))) {
    // It leads into the tree.
    await rm(join(directory, modulesName, version, 'build'), { force: true });
  }
}
