// Kubernetes' packages from its own repository, in the cluster's version, and held there.
import { z } from 'zod';
import { isPlainHost } from '../../core/ip.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { ownFilesRecord, parseRecord } from '../../facts/files/own-files.ts';
import { osRelease } from '../../facts/host/os-release.ts';
import { installedPackages } from '../../facts/host/packages.ts';
import { programs } from '../../facts/host/programs.ts';
import type { PackageState } from '../../facts/kubernetes/kubernetes-packages.ts';
import { packageRecord } from '../../facts/kubernetes/own-packages.ts';
import { isOfVersion, repositoryPackages, versionedPackages } from '../../kube/package-repository.ts';
import { formatVersion, parseVersion, type KubernetesVersion } from '../../kube/version.ts';
import { findFamily, type Family } from '../../platform/distributions.ts';
import { clusterVersion } from '../args/scalars.ts';
import { downloadsArg, hidingLogins, loginArg, proxyTo } from '../downloads/proxy-args.ts';
import { defineOperation, type FactReader, type Problem } from '../operation.ts';
import { bundleSchema } from './bundle-files.ts';
import { debNeeds, debStates, planBundledDebs, planDebs } from './deb-plan.ts';
import { isBundled, isVersioned, type WantedPackages } from './package-plan.ts';
import { planRpms, rpmNeeds, rpmStates } from './rpm-plan.ts';

const args = z.strictObject({
  version: clusterVersion.meta({ description: 'The version of Kubernetes.' }),
  repository: z
    .union([
      z.strictObject({
        site: z
          .string()
          .refine((url) => URL.canParse(url) && isPlainHost(new URL(url).hostname), 'must be a URL'),
        key: z.string(),
        fingerprint: z
          .string()
          .regex(/^[0-9A-F]{40}$/, 'must be the 40 hexadecimal digits of an OpenPGP key'),
        ca: z.string().nullable().default(null),
        login: loginArg.nullable().default(null),
      }),
      z.strictObject({ bundle: bundleSchema }),
    ])
    .meta({
      description:
        'Where the packages come from, as `${{ packages }}` gives it: `site` (what stands before /vMINOR/deb/), `key` (armored), its `fingerprint`, `ca` (certificates to believe, or nil) and `login` (user and password, or nil); or a `bundle` that has them as .deb files.',
    }),
  downloads: downloadsArg.default(null),
});

export const kubernetesPackagesInstalled = defineOperation({
  name: 'kubernetes-packages.installed',
  summary:
    "Installs kubeadm, kubelet, kubectl, cri-tools and kubernetes-cni from Kubernetes' package repository or from a bundle that has them, the first three in the cluster's version, and holds them. An entry of apt's for the same repository is used as it is. By apt, dnf, yum or zypper.",
  args,
  example: `
- name: Install Kubernetes' packages
  op: kubernetes-packages.installed
  wait: 10m # somebody else may be installing
  with:
    version: \${{ cluster.kubernetes.version }}
    repository: # or \${{ packages }}, where the inventory has "source: packages"
      site: 'https://mirror.example/core:/stable:'
      fingerprint: 0123456789ABCDEF0123456789ABCDEF01234567
      key: |
        -----BEGIN PGP PUBLIC KEY BLOCK-----
        …
        -----END PGP PUBLIC KEY BLOCK-----
`,
  needs: (wanted) => [
    { query: ask(osRelease) },
    { query: ask(installedPackages, { names: repositoryPackages }) },
    { query: ask(textFile, { path: packageRecord }) },
    { query: ask(textFile, { path: ownFilesRecord }) },
    { query: sentPrograms },
    ...debNeeds(wantedPackages(wanted)),
    ...rpmNeeds(),
  ],
  plan(args, facts) {
    const os = facts.get(ask(osRelease));
    const family = findFamily(os.id, os.idLike);
    if (family === undefined) return { steps: [], problems: [noManager(os.prettyName)] };
    const wanted = wantedPackages(args);
    if (isBundled(wanted) && family !== 'debian') return { steps: [], problems: [noDebs(os.prettyName)] };
    const states = family === 'debian' ? debStates(facts) : rpmStates(family, facts);
    const problem = otherVersion(states, wanted.version, family) ?? otherSource(facts);
    if (problem !== undefined) return { steps: [], problems: [problem] };
    const there = states.filter(({ isInstalled }) => isInstalled);
    const absent = repositoryPackages.filter((name) => !states.some((one) => one.name === name));
    const missing = repositoryPackages.filter((name) => !there.some((one) => one.name === name));
    const loose = there.filter(({ isHeld }) => !isHeld).map(({ name }) => name);
    const { busy } = facts.get(ask(installedPackages, { names: repositoryPackages }));
    if (missing.length + loose.length > 0 && busy !== null) {
      return { steps: [], pending: `${busy} holds the lock of the package database` };
    }
    const lacking = { absent, missing, loose };
    if (isBundled(wanted)) return planBundledDebs(wanted, facts, lacking);
    const plan =
      family === 'debian' ? planDebs(wanted, facts, lacking) : planRpms(family, wanted, facts, lacking);
    return { ...plan, steps: hidingLogins(plan.steps, [wanted.login, wanted.proxy?.login]) };
  },
});

function wantedPackages({ repository, version, downloads }: z.output<typeof args>): WantedPackages {
  if ('bundle' in repository) return { ...repository, version: parseVersion(version) };
  const proxy = proxyTo(repository.site, downloads);
  const isDirect = downloads !== null && proxy === null;
  return { ...repository, version: parseVersion(version), proxy, isDirect };
}

function noDebs(name: string): Problem {
  return {
    message: `the bundle has Kubernetes as packages of the Debian family, and this is ${name}`,
    hint: 'A bundle that is made with "--from binaries" has programs, which suit any distribution.',
  };
}

function noManager(name: string): Problem {
  return {
    message: `cannot install packages of Kubernetes: ${name} has no package manager that is known`,
    hint: 'Use "source: binaries" or a bundle: docs/sources.md tells how.',
  };
}

/** Where programs of another source lie. */
const sentPrograms = ask(programs, { names: versionedPackages.map((name) => `/usr/local/bin/${name}`) });

/** What would be run in place of what the packages bring. The record alone may be of an interrupted run. */
function otherSource(facts: FactReader): Problem | undefined {
  const record = facts.get(ask(textFile, { path: ownFilesRecord }))?.text ?? '';
  const there = facts.get(sentPrograms);
  const program = parseRecord(record).find(({ path }) => there.includes(path));
  if (program === undefined) return undefined;
  return {
    message: `the host has ${program.path}, which came from another source: it would be run instead of the package's`,
    hint: 'Keep the source that the cluster was made with, or take the cluster back first: "ipvs-bootstrap reset".',
  };
}

const removal: Readonly<Record<Family, (names: string) => string>> = {
  debian: (names) => `apt-mark unhold ${names}; apt-get purge ${names}`,
  rhel: (names) => `dnf remove ${names}`,
  suse: (names) => `zypper removelock ${names}; zypper remove ${names}`,
};

function otherVersion(
  states: readonly PackageState[],
  wanted: KubernetesVersion,
  family: Family,
): Problem | undefined {
  const other = states.find(({ name, version }) => isVersioned(name) && !isOfVersion(version, wanted));
  if (other === undefined) return undefined;
  const command = removal[family](versionedPackages.join(' '));
  return {
    message: `the package ${other.name} is there in the version ${other.version}, and the cluster is to have ${formatVersion(wanted)}`,
    hint: `This program upgrades no nodes. If the host is none: "${command}".`,
  };
}
