// The packages that hosts lack: what an installation adds to a base system, complete with dependencies.
import { z } from 'zod';
import type { PrivateApt } from './private-apt.ts';
import { debianPackage, resolveClosure } from './resolve.ts';

/** What mmdebstrap's variant `minbase` installs. The last one keeps apt from choosing `usrmerge`, which wants perl. */
export const minimalBase = ['?essential', '?priority(required)', 'apt', 'usr-is-merged'];

export const neededPackage = debianPackage.extend({
  /** Those of the wanted packages whose installation takes this one along. */
  neededBy: z.array(z.string()),
});

export type NeededPackage = Readonly<z.infer<typeof neededPackage>>;

export interface PackageSetRequest {
  /** What is there already: package names, or apt patterns. */
  readonly base: readonly string[];
  readonly wanted: readonly string[];
}

/** All packages that installing the wanted ones adds to the base. */
export async function resolvePackageSet(
  apt: PrivateApt,
  { base, wanted }: PackageSetRequest,
  signal: AbortSignal,
): Promise<readonly NeededPackage[]> {
  const closure = (more: readonly string[]) => resolveClosure(apt, { install: [...base, ...more] }, signal);
  const present = new Set((await closure([])).map(({ name }) => name));
  const closures = await Promise.all(
    wanted.map(async (one) => ({
      wanted: one,
      names: (await closure([one])).map(({ name }) => name),
    })),
  );
  return (await closure(wanted))
    .filter(({ name }) => !present.has(name))
    .map((item) => ({
      ...item,
      neededBy: closures.filter(({ names }) => names.includes(item.name)).map(({ wanted: one }) => one),
    }));
}
