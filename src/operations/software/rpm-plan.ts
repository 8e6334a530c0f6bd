// Kubernetes' packages by dnf, yum or zypper: our repository, its key, what is installed, and what is kept as it is.
import { cmd, sequence } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { kubernetesRpms, rpmKeys, type PackageState } from '../../facts/kubernetes/kubernetes-packages.ts';
import { repositoryPackages, repositoryUrl } from '../../kube/package-repository.ts';
import {
  caDirectory,
  importRpmKey,
  installRpms,
  isRpmPassword,
  lockedRpms,
  lockRpms,
  makeCaDirectory,
  rpmFiles,
  rpmRepositoryFiles,
  rpmSettings,
  type RpmFamily,
} from '../../platform/kubernetes-rpms.ts';
import {
  unchanged,
  type FactNeed,
  type FactReader,
  type Plan,
  type Problem,
  type Step,
} from '../operation.ts';
import {
  hostsKey,
  installTimeoutMs,
  isVersioned,
  repositoryFileSteps,
  type Lacking,
  type RepositoryPackages,
} from './package-plan.ts';
import { asidePath, comeBackSteps, keptLines, packageRecordSteps } from './package-record.ts';

/** Where zypper keeps what it leaves as it is. */
export const zypperLocks = '/etc/zypp/locks';

export const rpmPaths = [
  rpmFiles.repository.rhel,
  rpmFiles.repository.suse,
  rpmFiles.key,
  rpmFiles.ca,
  rpmFiles.credentials,
] as const;

export function rpmNeeds(): readonly FactNeed[] {
  return [
    { query: ask(kubernetesRpms) },
    { query: ask(rpmKeys) },
    ...[...rpmPaths, rpmSettings, asidePath(rpmSettings), zypperLocks].map((path) => ({
      query: ask(textFile, { path }),
    })),
  ];
}

/** dnf keeps them by a line of the repository's file, zypper by locks. */
export function rpmStates(family: RpmFamily, facts: FactReader): readonly PackageState[] {
  const locked = lockedRpms(facts.get(ask(textFile, { path: zypperLocks }))?.text ?? '');
  const isHeld = (name: string) => family === 'rhel' || locked.includes(name);
  return facts.get(ask(kubernetesRpms)).map((one) => ({ ...one, isHeld: isHeld(one.name) }));
}

export function planRpms(
  family: RpmFamily,
  wanted: RepositoryPackages,
  facts: FactReader,
  lacking: Lacking,
): Plan {
  const { missing, loose } = lacking;
  const problems = passwordProblems(family, wanted);
  if (problems.length > 0) return { steps: [], problems };
  const files = fileSteps(family, wanted, facts);
  const isKeyNew = files.some((step) => step.kind === 'write' && step.path === rpmFiles.key);
  const keySteps = isKeyNew || missing.length > 0 ? [keyStep(wanted)] : [];
  const imported = keySteps.length > 0 ? importedLines(wanted, facts) : [];
  const more = [...keptLines(rpmSettings, facts, lacking), ...imported];
  const record = packageRecordSteps(facts, lacking, more);
  const back = comeBackSteps(rpmSettings, facts);
  if (back.length + record.length + files.length + missing.length + loose.length === 0) return unchanged;
  return {
    steps: [
      ...back,
      ...record,
      ...files,
      ...keySteps,
      ...(missing.length === 0 ? [] : [installStep(family, wanted, missing)]),
      ...(loose.length === 0 ? [] : [lockStep(loose)]),
    ],
  };
}

/** A key that rpm knew before is not ours to forget. */
function importedLines({ fingerprint }: RepositoryPackages, facts: FactReader): readonly string[] {
  return knownKeys(facts, [fingerprint]).length > 0 ? [] : [`imported ${fingerprint}`];
}

/** Those of the fingerprints that rpm knows. */
export function knownKeys(facts: FactReader, fingerprints: readonly string[]): readonly string[] {
  const keys = facts.get(ask(rpmKeys));
  return fingerprints.filter((one) => keys.some((key) => one.toLowerCase().endsWith(key)));
}

function passwordProblems(family: RpmFamily, { login, proxy }: RepositoryPackages): readonly Problem[] {
  return [login, proxy?.login ?? null].flatMap((one) => {
    if (one === null || isRpmPassword(family, one.password)) return [];
    const name = family === 'rhel' ? 'dnf' : 'zypper';
    const message = `${name} cannot be told the password of ${one.user}: it has a blank at an end, or a "$" before a letter`;
    return [{ message, hint: 'Give this user a password without these.' }];
  });
}

function fileSteps(family: RpmFamily, wanted: RepositoryPackages, facts: FactReader): readonly Step[] {
  const url = repositoryUrl(wanted.site, wanted.version, 'rpm');
  const key = hostsKey(wanted, facts.get(ask(textFile, { path: rpmFiles.key })));
  const files = rpmRepositoryFiles(family, { ...wanted, key, url, packages: repositoryPackages });
  const steps = repositoryFileSteps(files, rpmPaths, facts);
  return family === 'rhel' ? steps : steps.flatMap((step) => [...caDirectorySteps(step, wanted), step]);
}

/** The directory is as its file says: it is made before that is written, and goes before that goes. */
function caDirectorySteps(step: Step, { ca }: RepositoryPackages): readonly Step[] {
  if (step.kind === 'exec' || step.kind === 'upload' || step.path !== rpmFiles.ca) return [];
  if (step.kind === 'remove') return [removeCaDirectory];
  const title = `make ${caDirectory} for zypper`;
  return [{ kind: 'exec', title, command: makeCaDirectory, stdin: ca ?? '' }];
}

export const removeCaDirectory: Step = {
  kind: 'exec',
  title: `remove ${caDirectory}`,
  command: cmd`rm -rf ${caDirectory}`,
};

function keyStep({ fingerprint }: RepositoryPackages): Step {
  return { kind: 'exec', title: `let rpm know the key ${fingerprint}`, command: importRpmKey(fingerprint) };
}

function installStep(family: RpmFamily, { version }: RepositoryPackages, missing: readonly string[]): Step {
  const { major, minor, patch } = version;
  const exact = `${major}.${minor}.${patch}`;
  const versioned = missing.filter(isVersioned);
  const others = missing.filter((name) => !isVersioned(name));
  const install = installRpms(family, versioned, exact, others);
  const list = rpmFiles.repository[family];
  return {
    kind: 'exec',
    title: `install ${missing.join(', ')} in version ${exact} from the repository in ${list}, and hold them`,
    command: family === 'suse' ? sequence([install, lockRpms(missing)]) : install,
    timeoutMs: installTimeoutMs,
  };
}

function lockStep(names: readonly string[]): Step {
  return { kind: 'exec', title: `lock ${names.join(', ')}`, command: lockRpms(names) };
}
