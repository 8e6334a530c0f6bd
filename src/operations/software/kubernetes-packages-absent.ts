// Kubernetes' packages that we installed, and the repository that they came from, gone.
import { z } from 'zod';
import { cmd, sequence, type Command } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { osRelease } from '../../facts/host/os-release.ts';
import { kubernetesDebs, kubernetesRpms, rpmKeys } from '../../facts/kubernetes/kubernetes-packages.ts';
import { packageRecord } from '../../facts/kubernetes/own-packages.ts';
import { findFamily, type Family } from '../../platform/distributions.ts';
import { debFiles, debSettings, removeDebs } from '../../platform/kubernetes-debs.ts';
import {
  forgetRpmKey,
  removeRpms,
  rpmFiles,
  rpmSettings,
  unlockRpms,
} from '../../platform/kubernetes-rpms.ts';
import { removeStep } from '../files/remove-step.ts';
import { defineOperation, type FactReader, type Step } from '../operation.ts';
import { debStates } from './deb-plan.ts';
import { asidePath, comeBackStep, ownPackages } from './package-record.ts';
import { knownKeys, removeCaDirectory, rpmPaths, rpmStates, zypperLocks } from './rpm-plan.ts';

const debPaths = [debFiles.list, debFiles.login, debFiles.settings, debFiles.ca, debFiles.key] as const;

/** What a package of the kubelet's takes along, whoever wrote it. */
const settingsPaths = [debSettings, rpmSettings] as const;

export const kubernetesPackagesAbsent = defineOperation({
  name: 'kubernetes-packages.absent',
  summary:
    'Removes the packages that `kubernetes-packages.installed` brought, with their settings, and its repository. Those that were there before stay, and are held no longer if they were not.',
  args: z.strictObject({}),
  example: `
- name: Remove Kubernetes' packages
  op: kubernetes-packages.absent
`,
  needs: () => [
    { query: ask(osRelease) },
    { query: ask(kubernetesDebs) },
    { query: ask(kubernetesRpms) },
    { query: ask(rpmKeys) },
    ...[
      ...debPaths,
      ...rpmPaths,
      ...settingsPaths,
      ...settingsPaths.map(asidePath),
      zypperLocks,
      packageRecord,
    ].map((path) => ({
      query: ask(textFile, { path }),
    })),
  ],
  plan(_wanted, facts) {
    const os = facts.get(ask(osRelease));
    const family = findFamily(os.id, os.idLike) ?? 'debian';
    const states = family === 'debian' ? debStates(facts) : rpmStates(family, facts);
    const ours = ownPackages(facts);
    const installed = states.map(({ name }) => name).filter((name) => ours.installed.includes(name));
    const held = states
      .filter(({ name, isHeld }) => isHeld && ours.held.includes(name) && !installed.includes(name))
      .map(({ name }) => name);
    const manager = family === 'debian' ? apt : rpm(family === 'suse');
    return {
      steps: [
        ...purgeSteps(installed, manager, ours.kept, facts),
        ...(held.length === 0 ? [] : [releaseStep(held, manager.release(held))]),
        ...knownKeys(facts, ours.imported).map(forgetStep),
        ...[...debPaths, ...rpmPaths, packageRecord]
          .filter((path) => facts.get(ask(textFile, { path })) !== null)
          .flatMap((path) => [...directorySteps(path, family), removeStep(path)]),
      ],
    };
  },
});

/** zypper has the certificates in a directory, too. */
function directorySteps(path: string, family: Family): readonly Step[] {
  return path === rpmFiles.ca && family === 'suse' ? [removeCaDirectory] : [];
}

interface Manager {
  remove(names: readonly string[], kept: readonly string[]): Command;
  release(names: readonly string[]): Command;
}

const apt: Manager = {
  remove: (names) => sequence([removeDebs, cmd`remove_kubernetes ${names}`]),
  release: (names) => cmd`apt-mark -q unhold ${names}`,
};

/** Without locks there is nothing to release: dnf's line goes with the repository. */
function rpm(hasLocks: boolean): Manager {
  const stop = cmd`systemctl disable --now --quiet kubelet.service || :`;
  return {
    remove: (names, kept) =>
      sequence([...(hasLocks ? [unlockRpms(names)] : []), stop, removeRpms(names, kept)]),
    release: unlockRpms,
  };
}

/** Settings that were there before stand aside meanwhile, as they are now; and come back, also after an interruption. */
function purgeSteps(
  names: readonly string[],
  manager: Manager,
  kept: readonly string[],
  facts: FactReader,
): readonly Step[] {
  const isThere = (path: string) => facts.get(ask(textFile, { path })) !== null;
  const standing = kept.filter((path) => isThere(asidePath(path)));
  if (names.length === 0) return standing.filter((path) => !isThere(path)).map(comeBackStep);
  // What is there beside one that stands aside is the package's own.
  const leaving = kept.filter((path) => isThere(path) && !standing.includes(path));
  const title = `remove the packages ${names.join(', ')}`;
  return [
    ...leaving.map(standAsideStep),
    { kind: 'exec', title, command: manager.remove(names, kept), timeoutMs: 20 * 60_000 },
    ...[...leaving, ...standing].map(comeBackStep),
  ];
}

function standAsideStep(path: string): Step {
  const title = `set ${path} aside, which was there before the packages`;
  return { kind: 'exec', title, command: cmd`mv -f ${path} ${asidePath(path)}` };
}

function releaseStep(names: readonly string[], command: Command): Step {
  return { kind: 'exec', title: `hold ${names.join(', ')} no longer, as before`, command };
}

/** rpm has a copy of its own. */
function forgetStep(fingerprint: string): Step {
  const command = forgetRpmKey(fingerprint);
  return { kind: 'exec', title: `let rpm forget the key ${fingerprint}`, command };
}
