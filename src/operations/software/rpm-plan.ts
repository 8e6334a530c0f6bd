// Kubernetes' packages by dnf, yum or zypper: our repository, its key, what is installed, and what is kept as it is.
import { sequence } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { kubernetesRpms, type PackageState } from '../../facts/kubernetes/kubernetes-packages.ts';
import { repositoryPackages, repositoryUrl } from '../../kube/package-repository.ts';
import {
  importRpmKey,
  installRpms,
  lockedRpms,
  lockRpms,
  rpmFiles,
  rpmRepositoryFiles,
  type RpmFamily,
} from '../../platform/kubernetes-rpms.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import {
  unchanged,
  type FactNeed,
  type FactReader,
  type Plan,
  type Problem,
  type Step,
} from '../operation.ts';
import { installTimeoutMs, isVersioned, type Lacking, type RepositoryPackages } from './package-plan.ts';
import { packageRecordSteps } from './package-record.ts';

/** Where zypper keeps what it leaves as it is. */
export const zypperLocks = '/etc/zypp/locks';

export const rpmPaths = [
  rpmFiles.repository.rhel,
  rpmFiles.repository.suse,
  rpmFiles.key,
  rpmFiles.ca,
] as const;

export function rpmNeeds(): readonly FactNeed[] {
  return [
    { query: ask(kubernetesRpms) },
    ...[...rpmPaths, zypperLocks].map((path) => ({ query: ask(textFile, { path }) })),
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
  if (family === 'suse' && wanted.ca !== null) return { steps: [], problems: [certificatesOfSystem] };
  const files = fileSteps(family, wanted, facts);
  const record = packageRecordSteps(facts, lacking);
  if (record.length + files.length + missing.length + loose.length === 0) return unchanged;
  const isKeyNew = files.some((step) => step.kind === 'write' && step.path === rpmFiles.key);
  return {
    steps: [
      ...record,
      ...files,
      ...(isKeyNew || missing.length > 0 ? [keyStep(wanted)] : []),
      ...(missing.length === 0 ? [] : [installStep(family, wanted, missing)]),
      ...(loose.length === 0 ? [] : [lockStep(loose)]),
    ],
  };
}

const certificatesOfSystem: Problem = {
  message: 'zypper takes the certificates of the system alone, and not those of `ca`',
  hint: "Make them the system's on each host (update-ca-certificates), then leave out `ca`.",
};

function fileSteps(
  family: RpmFamily,
  { site, key, ca, version }: RepositoryPackages,
  facts: FactReader,
): readonly Step[] {
  const url = repositoryUrl(site, version, 'rpm');
  const files = rpmRepositoryFiles(family, { url, key, ca, packages: repositoryPackages });
  return files.flatMap((file) => textFileSteps(file, facts.get(ask(textFile, { path: file.path }))));
}

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
