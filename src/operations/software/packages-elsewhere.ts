// Packages that the host's own repositories are known not to have.
import type { OsRelease } from '../../facts/host/os-release.ts';
import type { InstalledPackages } from '../../facts/host/packages.ts';
import { findFamily } from '../../platform/distributions.ts';
import { packageName, packageProgram } from '../../platform/packages.ts';
import { packageElsewhere } from '../../platform/releases.ts';
import type { Problem } from '../operation.ts';

/** Whether it must come from somewhere else: the repository that has it is not there either, as far as one can see. */
export function isElsewhere(name: string, os: OsRelease, { versions }: InstalledPackages): boolean {
  const place = packageElsewhere(os.id, os.versionId, name);
  if (place === undefined) return false;
  return place.broughtBy === undefined || !Object.hasOwn(versions, place.broughtBy);
}

/** The programs that show that a package's content is there without the package. */
export function tellingPrograms(names: readonly string[]): readonly string[] {
  return names.map(packageProgram).filter((name) => name !== undefined);
}

/** Said before anything is changed, where the package manager would fail in the middle. */
export function elsewhereProblems(names: readonly string[], os: OsRelease): readonly Problem[] {
  const family = findFamily(os.id, os.idLike);
  return names.map((name) => ({
    message: `the repositories of ${os.prettyName} have no package ${packageName(name, family)}`,
    hint: `${packageElsewhere(os.id, os.versionId, name)?.advice ?? ''} Then run this again.${instead(name)}`,
    data: { package: name },
  }));
}

/** What this program can bring itself. */
function instead(name: string): string {
  const isOfRuntime = ['containerd', 'runc', 'containernetworking-plugins'].includes(name);
  return isOfRuntime
    ? ' Or write "runtime: { source: binaries }" below cluster: it comes from its makers then.'
    : '';
}
