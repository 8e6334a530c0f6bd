// Distribution packages, from the bundle where it fits the host and from the distribution's own sources otherwise.
import { z } from 'zod';
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { osRelease, type OsRelease } from '../../facts/host/os-release.ts';
import { installedPackages, type InstalledPackages } from '../../facts/host/packages.ts';
import { programs } from '../../facts/host/programs.ts';
import { findFamily, type Family } from '../../platform/distributions.ts';
import { installFromFiles, installPackages } from '../../platform/package-managers.ts';
import { equivalentPackages, packageName, packageProgram } from '../../platform/packages.ts';
import { bringers } from '../../platform/releases.ts';
import {
  defineOperation,
  unchanged,
  type FactNeed,
  type FactReader,
  type Plan,
  type Step,
} from '../operation.ts';
import {
  bundleFilesOf,
  bundleSchema,
  packageDirectory,
  packageSteps,
  type BundlePackage,
} from './bundle-files.ts';
import { elsewhereProblems, isElsewhere, tellingPrograms } from './packages-elsewhere.ts';

/** Covers ten minutes of waiting for another package manager. */
const installTimeoutMs = 30 * 60_000;

const args = z.strictObject({
  packages: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/, 'must be the name of a package'))
    .min(1)
    .meta({ description: "Packages by Debian's names; other distributions' names are known." }),
  except: z
    .array(z.string())
    .default([])
    .meta({ description: 'Those of the packages whose content comes from somewhere else.' }),
  bundle: bundleSchema.optional(),
});

type PackageArgs = z.output<typeof args>;

export const packagesInstalled = defineOperation({
  name: 'packages.installed',
  summary:
    'Installs distribution packages: the .deb files that the bundle has for the host, what its distribution offers where it has none. A package that the distribution is known not to have is a problem that says where it is. Installed ones are left as they are.',
  args,
  example: `
- name: Install chrony and tcpdump
  op: packages.installed
  wait: 10m # somebody else may be installing
  with: { packages: [chrony, tcpdump] }
`,
  needs(given) {
    const wanted = withoutExcepted(given);
    return [
      { query: ask(osRelease) },
      { query: ask(installedPackages, { names: probed(wanted) }) },
      ...programNeeds(wanted),
    ];
  },
  plan: (given, facts) => planPackages(withoutExcepted(given), facts),
});

function withoutExcepted(wanted: PackageArgs): PackageArgs {
  return { ...wanted, packages: wanted.packages.filter((name) => !wanted.except.includes(name)) };
}

function programNeeds({ packages }: PackageArgs): readonly FactNeed[] {
  const names = tellingPrograms(packages);
  return names.length === 0 ? [] : [{ query: ask(programs, { names }) }];
}

function planPackages(wanted: PackageArgs, facts: FactReader): Plan {
  const installed = facts.get(ask(installedPackages, { names: probed(wanted) }));
  const missing = wanted.packages.filter(
    (name) => !equivalentPackages(name).some((other) => Object.hasOwn(installed.versions, other)),
  );
  if (missing.length === 0) return unchanged;
  const os = facts.get(ask(osRelease));
  const family = findFamily(os.id, os.idLike);
  if (family === undefined) {
    const message = `cannot install ${missing.join(', ')}: ${os.prettyName} has no package manager that is known`;
    return { steps: [], problems: [{ message, hint: 'Install these by hand, then run this again.' }] };
  }
  const files = bundleFilesOf(wanted.bundle, 'package').filter((file) => suits(file, os, family));
  const [bundled, others] = split(missing, (name) => files.some((file) => file.name === name));
  const [elsewhere, own] = split(others, (name) => isElsewhere(name, os, installed));
  const absent = elsewhere.filter((name) => !hasProgram(name, wanted, facts));
  if (absent.length > 0) return { steps: [], problems: elsewhereProblems(absent, os) };
  if (bundled.length + own.length === 0) return unchanged;
  if (installed.busy !== null) {
    return { steps: [], pending: `${installed.busy} holds the lock of the package database` };
  }
  const repair = installed.unfinished.length === 0 ? [] : [repairStep(installed.unfinished)];
  return {
    steps: [
      ...repair,
      ...(bundled.length === 0 ? [] : bundleSteps(lacking(files, installed, bundled), bundled, wanted)),
      ...(own.length === 0 ? [] : [ownStep(own, family)]),
    ],
  };
}

/** What its own repositories lack may have come as an archive. */
function hasProgram(name: string, { packages }: PackageArgs, facts: FactReader): boolean {
  const program = packageProgram(name);
  if (program === undefined) return false;
  return facts.get(ask(programs, { names: tellingPrograms(packages) })).includes(program);
}

function split<Item>(
  items: readonly Item[],
  test: (item: Item) => boolean,
): [readonly Item[], readonly Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** Everything to ask for: what is wanted, what may stand in its place, what brings a repository that has it, and what the
 * bundle brings along. */
function probed({ packages, bundle }: PackageArgs): readonly string[] {
  const along = bundleFilesOf(bundle, 'package').map(({ name }) => name);
  return [
    ...new Set([...packages.flatMap(equivalentPackages), ...packages.flatMap(bringers), ...along]),
  ].sort();
}

function suits({ for: target }: BundlePackage, os: OsRelease, family: Family): boolean {
  if (target === undefined) return family === 'debian';
  return target.id === os.id && target.versionId === os.versionId;
}

/** What is to be installed and what that depends on, as far as the host has it not. */
function lacking(
  files: readonly BundlePackage[],
  installed: InstalledPackages,
  wanted: readonly string[],
): readonly BundlePackage[] {
  return files.filter(
    ({ name, neededBy = wanted }) =>
      !Object.hasOwn(installed.versions, name) && neededBy.some((one) => wanted.includes(one)),
  );
}

function bundleSteps(
  files: readonly BundlePackage[],
  missing: readonly string[],
  { bundle }: PackageArgs,
): readonly Step[] {
  const install = cmd`install_from ${packageDirectory} ${missing}`;
  const command = sequence([installFromFiles, install, cmd`rm -rf ${packageDirectory}`]);
  return [
    ...packageSteps(bundle, files),
    installStep(`install ${missing.join(', ')} from the bundle`, command),
  ];
}

function ownStep(missing: readonly string[], family: Family): Step {
  const names = [...new Set(missing.map((name) => packageName(name, family)))];
  const command = sequence([installPackages[family], cmd`install_packages ${names}`]);
  return installStep(`install ${names.join(', ')} from the distribution`, command);
}

/** After an interrupted dpkg, apt refuses everything until this is done. */
function repairStep(unfinished: readonly string[]): Step {
  const command = script(
    'DEBIAN_FRONTEND=noninteractive dpkg --configure -a --force-confdef --force-confold',
  );
  return installStep(`finish the interrupted installation of ${unfinished.join(', ')}`, command);
}

function installStep(title: string, command: Command): Step {
  return { kind: 'exec', title, command, timeoutMs: installTimeoutMs };
}
