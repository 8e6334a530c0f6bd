// The .deb files of the bundle: what a node needs beyond its base system, complete with dependencies.
import type { BuildContext } from '../debian/cached-build.ts';
import { resolveClosure, type DebianPackage } from '../debian/resolve.ts';
import { nodeBasePackages } from '../image/packages.ts';
import { nodePackages } from './versions.ts';

/** What mmdebstrap's variant `minbase` installs. The last one keeps apt from choosing `usrmerge`, which wants perl. */
const minimalBase = ['?essential', '?priority(required)', 'apt', 'usr-is-merged'];

export interface NodePackage extends DebianPackage {
  /** Those of the node packages whose installation takes this one along. */
  readonly neededBy: readonly string[];
}

/** All packages that installing the bundle's node packages adds to a node of the lab. */
export async function resolveNodePackages({ apt, signal }: BuildContext): Promise<readonly NodePackage[]> {
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
