// The .deb files of the bundle: what a node needs beyond its base system, complete with dependencies, for each release.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cachedFromDebian, openBuildContext, type BuildContext } from '../debian/cached-build.ts';
import { debianPackage, downloadPackages, resolveClosure } from '../debian/resolve.ts';
import { nodeBasePackages } from '../image/packages.ts';
import { codenames, releases, type Release } from '../node-kind.ts';
import { nodePackages } from './versions.ts';

/** To be raised when the code of this file changes what comes out. */
const recipe = 1;

/** What mmdebstrap's variant `minbase` installs. The last one keeps apt from choosing `usrmerge`, which wants perl. */
const minimalBase = ['?essential', '?priority(required)', 'apt', 'usr-is-merged'];

const nodePackage = debianPackage.extend({
  /** Those of the node packages whose installation takes this one along. */
  neededBy: z.array(z.string()),
});

export type NodePackage = Readonly<z.infer<typeof nodePackage>>;

/** The packages of a release of Debian, in an entry of the cache. */
export interface NodePackageSet {
  readonly release: Release;
  readonly directory: string;
  readonly packages: readonly NodePackage[];
}

const listFile = 'packages.json';

/** One set for each release that nodes may have; what is not in the cache is downloaded. */
export async function nodePackageSets(
  context: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
): Promise<readonly NodePackageSet[]> {
  const sets: NodePackageSet[] = [];
  for (const release of releases) sets.push(await nodePackageSet(context, release));
  return sets;
}

async function nodePackageSet(
  { cacheRoot, report, signal }: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
  release: Release,
): Promise<NodePackageSet> {
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
  return { release, directory, packages: z.array(nodePackage).parse(list) };
}

/** All packages that installing the bundle's node packages adds to a node of the lab. */
async function resolveNodePackages({
  apt,
  signal,
}: Pick<BuildContext, 'apt' | 'signal'>): Promise<readonly NodePackage[]> {
  const base = [...minimalBase, ...nodeBasePackages];
  const closure = (more: readonly string[]) => resolveClosure(apt, { install: [...base, ...more] }, signal);
  const present = new Set((await closure([])).map(({ name }) => name));
  const closures = await Promise.all(
    nodePackages.map(async (wanted) => ({
      wanted,
      names: (await closure([wanted])).map(({ name }) => name),
    })),
  );
  return (await closure(nodePackages))
    .filter(({ name }) => !present.has(name))
    .map((item) => ({
      ...item,
      neededBy: closures.filter(({ names }) => names.includes(item.name)).map(({ wanted }) => wanted),
    }));
}
