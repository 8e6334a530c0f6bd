// Kubernetes' packages from its own repository, in the cluster's version, and held there.
import { z } from 'zod';
import { cmd, sequence } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { ownFilesRecord, parseRecord } from '../../facts/files/own-files.ts';
import { osRelease } from '../../facts/host/os-release.ts';
import { installedPackages } from '../../facts/host/packages.ts';
import { aptSources, kubernetesDebs, type PackageState } from '../../facts/kubernetes/kubernetes-packages.ts';
import { packageRecord, parsePackageRecord } from '../../facts/kubernetes/own-packages.ts';
import {
  isOfVersion,
  repositoryPackages,
  repositoryUrl,
  versionedPackages,
} from '../../kube/package-repository.ts';
import { formatVersion, parseVersion, type KubernetesVersion } from '../../kube/version.ts';
import { findFamily } from '../../platform/distributions.ts';
import { debFiles, debRepositoryFiles, installDebs } from '../../platform/kubernetes-debs.ts';
import { clusterVersion } from '../args/scalars.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import { defineOperation, unchanged, type FactReader, type Plan, type Step } from '../operation.ts';
import { recordStep } from './package-record.ts';

const args = z.strictObject({
  version: clusterVersion.meta({ description: 'The version of Kubernetes.' }),
  repository: z
    .strictObject({ site: z.string().min(1), key: z.string(), ca: z.string().nullable().default(null) })
    .meta({
      description:
        'Where the packages come from, as `${{ packages }}` gives it: `site` (what stands before /vMINOR/deb/), `key` (armored) and `ca` (certificates to believe, or nil).',
    }),
});

type PackageArgs = z.output<typeof args>;

/** Covers a slow mirror, and waiting for another package manager. */
const installTimeoutMs = 30 * 60_000;

export const kubernetesPackagesInstalled = defineOperation({
  name: 'kubernetes-packages.installed',
  summary:
    "Installs kubeadm, kubelet, kubectl, cri-tools and kubernetes-cni from Kubernetes' package repository, the first three in the cluster's version, and holds them. An entry of the host for the same repository is used as it is. Hosts whose package manager is apt.",
  args,
  example: `
- name: Install Kubernetes' packages
  op: kubernetes-packages.installed
  wait: 10m # somebody else may be installing
  with:
    version: \${{ cluster.kubernetes.version }}
    repository: # or \${{ packages }}, where the inventory has "source: packages"
      site: 'https://mirror.example/core:/stable:'
      key: |
        -----BEGIN PGP PUBLIC KEY BLOCK-----
        …
        -----END PGP PUBLIC KEY BLOCK-----
`,
  needs: (wanted) => [
    { query: ask(osRelease) },
    { query: ask(kubernetesDebs) },
    { query: ask(installedPackages, { names: repositoryPackages }) },
    { query: sourcesOf(wanted) },
    { query: ask(textFile, { path: packageRecord }) },
    { query: ask(textFile, { path: ownFilesRecord }) },
    ...Object.values(debFiles).map((path) => ({ query: ask(textFile, { path }) })),
  ],
  plan(wanted, facts) {
    const version = parseVersion(wanted.version);
    const problem = hindrance(version, facts);
    if (problem !== undefined) return { steps: [], problems: [problem] };
    const there = facts.get(ask(kubernetesDebs)).filter(({ isInstalled }) => isInstalled);
    const missing = repositoryPackages.filter((name) => !there.some((one) => one.name === name));
    const loose = there.filter(({ isHeld }) => !isHeld).map(({ name }) => name);
    const { busy } = facts.get(ask(installedPackages, { names: repositoryPackages }));
    if (missing.length + loose.length > 0 && busy !== null) {
      return { steps: [], pending: `${busy} holds the lock of the package database` };
    }
    return planPackages(wanted, facts, { missing, loose });
  },
});

function sourcesOf({ repository, version }: PackageArgs) {
  return ask(aptSources, { url: urlOf(repository.site, version), own: debFiles.list });
}

function urlOf(site: string, version: string): string {
  return repositoryUrl(site, parseVersion(version), 'deb');
}

/** What these packages would stand in the way of, or the other way round. */
function hindrance(version: KubernetesVersion, facts: FactReader) {
  const os = facts.get(ask(osRelease));
  if (findFamily(os.id, os.idLike) !== 'debian') {
    return {
      message: `packages of Kubernetes are installed on Debian, Ubuntu and their relatives only, and this is ${os.prettyName}`,
      hint: 'Use "source: binaries" or a bundle: docs/sources.md tells how.',
    };
  }
  const other = facts
    .get(ask(kubernetesDebs))
    .find(({ name, version: found }) => isVersioned(name) && !isOfVersion(found, version));
  if (other !== undefined) return otherVersion(other, version);
  const record = facts.get(ask(textFile, { path: ownFilesRecord }))?.text ?? '';
  const program = parseRecord(record).find(({ path }) =>
    versionedPackages.some((name) => path.endsWith(`/${name}`)),
  );
  if (program === undefined) return undefined;
  return {
    message: `the host has ${program.path}, which came from another source: it would be run instead of the package's`,
    hint: 'Keep the source that the cluster was made with, or take the cluster back first: "ipvs-bootstrap reset".',
  };
}

function isVersioned(name: string): boolean {
  return versionedPackages.some((one) => one === name);
}

function otherVersion({ name, version: found }: PackageState, wanted: KubernetesVersion) {
  const packages = versionedPackages.join(' ');
  return {
    message: `the package ${name} is there in the version ${found}, and the cluster is to have ${formatVersion(wanted)}`,
    hint: `This program upgrades no nodes. If the host is none: "apt-mark unhold ${packages}; apt-get purge ${packages}".`,
  };
}

interface Lacking {
  readonly missing: readonly string[];
  readonly loose: readonly string[];
}

function planPackages(wanted: PackageArgs, facts: FactReader, { missing, loose }: Lacking): Plan {
  const foreign = facts.get(sourcesOf(wanted));
  const files = foreign.length > 0 ? [] : fileSteps(wanted, facts);
  if (files.length === 0 && missing.length === 0 && loose.length === 0) return unchanged;
  const isFresh = missing.length === repositoryPackages.length;
  const text = facts.get(ask(textFile, { path: packageRecord }))?.text ?? '';
  const { installed } = parsePackageRecord(text);
  const held = loose.filter((name) => !installed.includes(name));
  return {
    steps: [
      ...recordStep(text, { installed: missing, held }),
      ...files,
      ...(missing.length === 0 ? [] : [installStep(wanted, missing, listOf(foreign, isFresh))]),
      ...(loose.length === 0 ? [] : [holdStep(loose)]),
    ],
    warnings: foreign.map(
      (file) => `${file} names the repository of Kubernetes already: it is used as it is`,
    ),
  };
}

function fileSteps({ repository, version }: PackageArgs, facts: FactReader): readonly Step[] {
  const url = urlOf(repository.site, version);
  return debRepositoryFiles({ ...repository, url }).flatMap((file) =>
    textFileSteps(file, facts.get(ask(textFile, { path: file.path }))),
  );
}

interface AptList {
  readonly path: string;
  readonly age: 'fresh' | 'known';
}

/** Ours is fresh as long as nothing of it is installed. */
function listOf([foreign]: readonly string[], isFresh: boolean): AptList {
  if (foreign !== undefined) return { path: foreign, age: 'known' };
  return { path: debFiles.list, age: isFresh ? 'fresh' : 'known' };
}

function installStep({ version }: PackageArgs, missing: readonly string[], list: AptList): Step {
  const { major, minor, patch } = parseVersion(version);
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
