// Kubernetes' packages that we installed, and the repository that they came from, gone.
import { z } from 'zod';
import { cmd, sequence, type Command } from '../../core/command.ts';
import { parseOpenPgpKey } from '../../bundle/openpgp-key.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { osRelease } from '../../facts/host/os-release.ts';
import { kubernetesDebs, kubernetesRpms } from '../../facts/kubernetes/kubernetes-packages.ts';
import { packageRecord, parsePackageRecord } from '../../facts/kubernetes/own-packages.ts';
import { findFamily, type Family } from '../../platform/distributions.ts';
import { debFiles, removeDebs } from '../../platform/kubernetes-debs.ts';
import { forgetRpmKey, removeRpms, rpmFiles, unlockRpms } from '../../platform/kubernetes-rpms.ts';
import { removeStep } from '../files/remove-step.ts';
import { defineOperation, type FactReader, type Step } from '../operation.ts';
import { debStates } from './deb-plan.ts';
import { removeCaDirectory, rpmPaths, rpmStates, zypperLocks } from './rpm-plan.ts';

const debPaths = [debFiles.list, debFiles.login, debFiles.settings, debFiles.ca, debFiles.key] as const;

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
    ...[...debPaths, ...rpmPaths, zypperLocks, packageRecord].map((path) => ({
      query: ask(textFile, { path }),
    })),
  ],
  plan(_wanted, facts) {
    const os = facts.get(ask(osRelease));
    const family = findFamily(os.id, os.idLike) ?? 'debian';
    const states = family === 'debian' ? debStates(facts) : rpmStates(family, facts);
    const ours = parsePackageRecord(facts.get(ask(textFile, { path: packageRecord }))?.text ?? '');
    const installed = states.map(({ name }) => name).filter((name) => ours.installed.includes(name));
    const held = states
      .filter(({ name, isHeld }) => isHeld && ours.held.includes(name) && !installed.includes(name))
      .map(({ name }) => name);
    const manager = family === 'debian' ? apt : rpm(family === 'suse');
    return {
      steps: [
        ...(installed.length === 0 ? [] : [purgeStep(installed, manager.remove(installed))]),
        ...(held.length === 0 ? [] : [releaseStep(held, manager.release(held))]),
        ...keySteps(facts),
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
  remove(names: readonly string[]): Command;
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
    remove: (names) => sequence([...(hasLocks ? [unlockRpms(names)] : []), stop, removeRpms(names)]),
    release: unlockRpms,
  };
}

function purgeStep(names: readonly string[], command: Command): Step {
  return {
    kind: 'exec',
    title: `remove the packages ${names.join(', ')}`,
    command,
    timeoutMs: 20 * 60_000,
  };
}

function releaseStep(names: readonly string[], command: Command): Step {
  return { kind: 'exec', title: `hold ${names.join(', ')} no longer, as before`, command };
}

/** rpm has a copy of the key of its own. */
function keySteps(facts: FactReader): readonly Step[] {
  const key = facts.get(ask(textFile, { path: rpmFiles.key }));
  if (key === null) return [];
  const { fingerprint } = parseOpenPgpKey(key.text);
  return [
    { kind: 'exec', title: `let rpm forget the key ${fingerprint}`, command: forgetRpmKey(fingerprint) },
  ];
}
