// The .deb files of the bundle: what a node needs beyond its base system, complete with dependencies.
import type { BuildContext } from '../debian/cached-build.ts';
import { resolveClosure, type DebianPackage } from '../debian/resolve.ts';
import { nodeBasePackages } from '../image/packages.ts';
import { nodePackages } from './versions.ts';

/** What mmdebstrap's variant `minbase` installs. The last one keeps apt from choosing `usrmerge`, which wants perl. */
const minimalBase = ['?essential', '?priority(required)', 'apt', 'usr-is-merged'];

/** All packages that installing the bundle's node packages adds to a node of the lab. */
export async function resolveNodePackages(context: BuildContext): Promise<readonly DebianPackage[]> {
  const { apt, signal } = context;
  const base = [...minimalBase, ...nodeBasePackages];
  const [without, all] = await Promise.all([
    resolveClosure(apt, { install: base }, signal),
    resolveClosure(apt, { install: [...base, ...nodePackages] }, signal),
  ]);
  const present = new Set(without.map(({ name }) => name));
  return all.filter(({ name }) => !present.has(name));
}
