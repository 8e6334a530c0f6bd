// Kubernetes' packages that we installed, and the repository that they came from, gone.
import { z } from 'zod';
import { cmd, sequence } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { kubernetesDebs } from '../../facts/kubernetes/kubernetes-packages.ts';
import { packageRecord, parsePackageRecord } from '../../facts/kubernetes/own-packages.ts';
import { debFiles, removeDebs } from '../../platform/kubernetes-debs.ts';
import { removeStep } from '../files/remove-step.ts';
import { defineOperation, type Step } from '../operation.ts';

const ourFiles = [debFiles.list, debFiles.settings, debFiles.ca, debFiles.key] as const;

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
    { query: ask(kubernetesDebs) },
    ...[...ourFiles, packageRecord].map((path) => ({ query: ask(textFile, { path }) })),
  ],
  plan(_wanted, facts) {
    const record = facts.get(ask(textFile, { path: packageRecord }));
    const ours = parsePackageRecord(record?.text ?? '');
    const there = facts.get(ask(kubernetesDebs));
    const installed = there.map(({ name }) => name).filter((name) => ours.installed.includes(name));
    const held = there
      .filter(({ name, isHeld }) => isHeld && ours.held.includes(name) && !installed.includes(name))
      .map(({ name }) => name);
    const files = [...ourFiles, packageRecord].filter((path) => facts.get(ask(textFile, { path })) !== null);
    return {
      steps: [
        ...(installed.length === 0 ? [] : [purgeStep(installed)]),
        ...(held.length === 0 ? [] : [releaseStep(held)]),
        ...files.map(removeStep),
      ],
    };
  },
});

function purgeStep(names: readonly string[]): Step {
  return {
    kind: 'exec',
    title: `remove the packages ${names.join(', ')}`,
    command: sequence([removeDebs, cmd`remove_kubernetes ${names}`]),
    timeoutMs: 10 * 60_000,
  };
}

function releaseStep(names: readonly string[]): Step {
  const title = `hold ${names.join(', ')} no longer, as before`;
  return { kind: 'exec', title, command: cmd`apt-mark -q unhold ${names}` };
}
