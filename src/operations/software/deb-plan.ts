// Kubernetes' packages by apt: our files of its repository, what is installed, and what is held.
import { cmd, sequence } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { aptSources, kubernetesDebs, type PackageState } from '../../facts/kubernetes/kubernetes-packages.ts';
import { repositoryUrl } from '../../kube/package-repository.ts';
import { debFiles, debRepositoryFiles, debSettings, installDebs } from '../../platform/kubernetes-debs.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import { unchanged, type FactNeed, type FactReader, type Plan, type Step } from '../operation.ts';
import {
  hostsKey,
  installTimeoutMs,
  isVersioned,
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
  const { site, ca, version } = wanted;
  const key = hostsKey(wanted, facts.get(ask(textFile, { path: debFiles.key })));
  const url = repositoryUrl(site, version, 'deb');
  return debRepositoryFiles({ url, key, ca }).flatMap((file) =>
    textFileSteps(file, facts.get(ask(textFile, { path: file.path }))),
  );
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
