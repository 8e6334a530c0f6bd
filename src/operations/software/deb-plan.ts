// Kubernetes' packages by apt: our files of its repository, what is installed, and what is held.
import { cmd, sequence } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { aptSources, kubernetesDebs, type PackageState } from '../../facts/kubernetes/kubernetes-packages.ts';
import { repositoryUrl } from '../../kube/package-repository.ts';
import { isAptPassword } from '../../platform/download-proxy.ts';
import { debFiles, debRepositoryFiles, debSettings, installDebs } from '../../platform/kubernetes-debs.ts';
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
  type WantedPackages,
} from './package-plan.ts';
import { keptLines, packageRecordSteps } from './package-record.ts';

export function debNeeds(wanted: WantedPackages): readonly FactNeed[] {
  return [
    { query: ask(kubernetesDebs) },
    { query: sourcesOf(wanted) },
    ...[...Object.values(debFiles), debSettings].map((path) => ({ query: ask(textFile, { path }) })),
  ];
}

export function debStates(facts: FactReader): readonly PackageState[] {
  return facts.get(ask(kubernetesDebs));
}

function sourcesOf({ site, version }: WantedPackages) {
  return ask(aptSources, { url: repositoryUrl(site, version, 'deb'), own: debFiles.list });
}

export function planDebs(wanted: WantedPackages, facts: FactReader, lacking: Lacking): Plan {
  const { login } = wanted;
  if (login !== null && !isAptPassword(login.password)) return { steps: [], problems: [blanks(login.user)] };
  const { missing, loose } = lacking;
  const foreign = facts.get(sourcesOf(wanted));
  const files = foreign.length > 0 ? [] : fileSteps(wanted, facts);
  const record = packageRecordSteps(facts, lacking, keptLines(debSettings, facts, lacking));
  if (record.length + files.length + missing.length + loose.length === 0) return unchanged;
  const isFresh = facts.get(ask(textFile, { path: debFiles.list })) === null;
  return {
    steps: [
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

function fileSteps(wanted: WantedPackages, facts: FactReader): readonly Step[] {
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

function installStep({ version }: WantedPackages, missing: readonly string[], list: AptList): Step {
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
