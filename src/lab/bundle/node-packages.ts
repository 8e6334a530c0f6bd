// The .deb files of the bundle: what a node needs beyond its base system, complete with dependencies, for each release.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PackageFiles } from '../../bundle/make/packages.ts';
import { cachedFromDebian, openBuildContext, type BuildContext } from '../debian/cached-build.ts';
import {
  minimalBase,
  neededPackage,
  resolvePackageSet,
  type NeededPackage,
} from '../../local/debian/package-set.ts';
import { downloadPackages } from '../../local/debian/resolve.ts';
import { nodeBasePackages } from '../image/packages.ts';
import { codenames, releases, type Release } from '../node-kind.ts';
import { nodePackages } from './versions.ts';

/** To be raised when the code of this file changes what comes out. */
const recipe = 1;

const listFile = 'packages.json';

/** One set for each release that nodes may have; what is not in the cache is downloaded. */
export async function nodePackageSets(
  context: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
): Promise<readonly PackageFiles[]> {
  const sets: PackageFiles[] = [];
  for (const release of releases) sets.push(await nodePackageSet(context, release));
  return sets;
}

async function nodePackageSet(
  { cacheRoot, report, signal }: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
  release: Release,
): Promise<PackageFiles> {
  const context = await openBuildContext(cacheRoot, codenames[release], report, signal);
  const resolveKey = async () => ({ recipe, release, packages: await resolveNodePackages(context) });
  const build = async (directory: string): Promise<void> => {
    const packages = await resolveNodePackages(context);
    report(`downloading packages of Debian ${release}`);
    await downloadPackages(context.apt, packages, directory, signal);
    await writeFile(join(directory, listFile), JSON.stringify(packages));
  };
  const { directory } = await cachedFromDebian(context, 'node-packages', resolveKey, build);
  const list: unknown = JSON.parse(await readFile(join(directory, listFile), 'utf8'));
  return { release, directory, packages: z.array(neededPackage).parse(list) };
}

/** All packages that installing the bundle's node packages adds to a node of the lab. */
async function resolveNodePackages({
  apt,
  signal,
}: Pick<BuildContext, 'apt' | 'signal'>): Promise<readonly NeededPackage[]> {
  const base = [...minimalBase, ...nodeBasePackages];
  return resolvePackageSet(apt, { base, wanted: nodePackages }, signal);
}
