// Kubernetes' packages by apt: our files of its repository, what is installed, and what is held.
import { cmd, script, sequence } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { aptSources, kubernetesDebs, type PackageState } from '../../facts/kubernetes/kubernetes-packages.ts';
import { repositoryPackages, repositoryUrl } from '../../kube/package-repository.ts';
import { isAptPassword } from '../../platform/download-proxy.ts';
import { debFiles, debRepositoryFiles, debSettings, installDebs } from '../../platform/kubernetes-debs.ts';
import { installFromFiles } from '../../platform/package-managers.ts';
import {
  unchanged,
  type FactNeed,
  type FactReader,
  type Plan,
  type Problem,
  type Step,
} from '../operation.ts';
import { bundleFilesOf, packageDirectory, packageSteps, type BundlePackage } from './bundle-files.ts';
import {
  hostsKey,
  installTimeoutMs,
  isBundled,
  isVersioned,
  repositoryFileSteps,
  type BundledPackages,
  type Lacking,
  type RepositoryPackages,
  type WantedPackages,
} from './package-plan.ts';
import { asidePath, comeBackSteps, keptLines, packageRecordSteps } from './package-record.ts';

const settingsNeeds: readonly FactNeed[] = [debSettings, asidePath(debSettings)].map((path) => ({
  query: ask(textFile, { path }),
}));

export function debNeeds(wanted: WantedPackages): readonly FactNeed[] {
  if (isBundled(wanted)) {
    return [{ query: ask(kubernetesDebs) }, ...settingsNeeds];
  }
  return [
    { query: ask(kubernetesDebs) },
    { query: sourcesOf(wanted) },
    ...settingsNeeds,
    ...Object.values(debFiles).map((path) => ({ query: ask(textFile, { path }) })),
  ];
}

export function debStates(facts: FactReader): readonly PackageState[] {
  return facts.get(ask(kubernetesDebs));
}

function sourcesOf({ site, version }: RepositoryPackages) {
  return ask(aptSources, { url: repositoryUrl(site, version, 'deb'), own: debFiles.list });
}

export function planDebs(wanted: RepositoryPackages, facts: FactReader, lacking: Lacking): Plan {
  const { login } = wanted;
  if (login !== null && !isAptPassword(login.password)) return { steps: [], problems: [blanks(login.user)] };
  const { missing, loose } = lacking;
  const foreign = facts.get(sourcesOf(wanted));
  const files = foreign.length > 0 ? [] : fileSteps(wanted, facts);
  const record = packageRecordSteps(facts, lacking, keptLines(debSettings, facts, lacking));
  const back = comeBackSteps(debSettings, facts);
  if (back.length + record.length + files.length + missing.length + loose.length === 0) return unchanged;
  const isFresh = facts.get(ask(textFile, { path: debFiles.list })) === null;
  return {
    steps: [
      ...back,
      ...record,
      ...files,
      ...(missing.length === 0 ? [] : [installStep(wanted, missing, listOf(foreign, isFresh))]),
      ...(loose.length === 0 ? [] : [holdStep(loose)]),
    ],
    warnings: foreign.map(
      (file) => `${file} names the repository of Kubernetes already: it is used as it is`,
    ),
  };
}

/** From the files of a bundle: apt needs no repository for it. */
export function planBundledDebs({ bundle }: BundledPackages, facts: FactReader, lacking: Lacking): Plan {
  const { missing, loose } = lacking;
  const all = bundleFilesOf(bundle, 'package').filter(({ name }) => isOfKubernetes(name));
  const files = all.filter(({ name }) => missing.includes(name));
  const unknown = missing.filter((name) => !files.some((file) => file.name === name));
  if (unknown.length > 0) return { steps: [], problems: [incomplete(unknown)] };
  const record = packageRecordSteps(facts, lacking, keptLines(debSettings, facts, lacking));
  return {
    steps: [
      ...comeBackSteps(debSettings, facts),
      ...record,
      ...packageSteps(bundle, files),
      ...(files.length === 0 ? [] : [installFilesStep(files)]),
      ...(loose.length === 0 ? [] : [holdStep(loose)]),
    ],
  };
}

function isOfKubernetes(name: string): boolean {
  return repositoryPackages.some((one) => one === name);
}

function incomplete(names: readonly string[]): Problem {
  return {
    message: `the bundle has Kubernetes as packages, and not all: ${names.join(', ')} is missing`,
    hint: 'Make it anew: "ipvs-bootstrap bundle create" with "--from packages" brings all that a node needs.',
  };
}

function installFilesStep(files: readonly BundlePackage[]): Step {
  const exact = files.map(({ name, version }) => `${name}=${version}`);
  return {
    kind: 'exec',
    title: `install ${exact.join(', ')} from the bundle, and hold them`,
    command: sequence([
      finishInterrupted,
      installFromFiles,
      cmd`install_from ${packageDirectory} ${exact}`,
      cmd`rm -rf ${packageDirectory}`,
      cmd`apt-mark -q hold ${files.map(({ name }) => name)}`,
    ]),
    timeoutMs: installTimeoutMs,
  };
}

/** After an interrupted dpkg, apt refuses everything until this is done. */
const finishInterrupted = script(
  'DEBIAN_FRONTEND=noninteractive dpkg --configure -a --force-confdef --force-confold',
);

function fileSteps(wanted: RepositoryPackages, facts: FactReader): readonly Step[] {
  const url = repositoryUrl(wanted.site, wanted.version, 'deb');
  const key = hostsKey(wanted, facts.get(ask(textFile, { path: debFiles.key })));
  return repositoryFileSteps(debRepositoryFiles({ ...wanted, key, url }), Object.values(debFiles), facts);
}

function blanks(user: string): Problem {
  return {
    message: `apt cannot be told the password of ${user} for the mirror: there is a blank in it`,
    hint: 'Give this user a password without blanks.',
  };
}

interface AptList {
  readonly path: string;
  readonly age: 'fresh' | 'known';
}

/** Ours is fresh when it was not there before. */
function listOf([foreign]: readonly string[], isFresh: boolean): AptList {
  if (foreign !== undefined) return { path: foreign, age: 'known' };
  return { path: debFiles.list, age: isFresh ? 'fresh' : 'known' };
}

function installStep({ version }: RepositoryPackages, missing: readonly string[], list: AptList): Step {
  const { major, minor, patch } = version;
  const exact = (name: string) => (isVersioned(name) ? `${name}=${major}.${minor}.${patch}-*` : name);
  const wanted = missing.map(exact);
  return {
    kind: 'exec',
    title: `install ${wanted.join(', ')} from the repository in ${list.path}, and hold them`,
    command: sequence([
      installDebs,
      cmd`install_kubernetes ${list.path} ${list.age} ${wanted}`,
      cmd`apt-mark -q hold ${missing}`,
    ]),
    timeoutMs: installTimeoutMs,
  };
}

function holdStep(names: readonly string[]): Step {
  return { kind: 'exec', title: `hold ${names.join(', ')}`, command: cmd`apt-mark -q hold ${names}` };
}
