// How containerd reaches registries: a directory for each, with the hosts to ask and whom to believe.
import { dirname } from 'node:path/posix';
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { isManaged } from '../../core/managed.ts';
import { ask } from '../../facts/fact.ts';
import { textFile, type TextFile } from '../../facts/files/file.ts';
import type { OwnFile } from '../../facts/files/own-files.ts';
import { foreignRegistryFiles } from '../../facts/files/foreign-registry-files.ts';
import { ownRegistryFiles } from '../../facts/files/registry-files.ts';
import { giveBack, type GivenBack } from '../files/give-back.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import { defineOperation, type Step } from '../operation.ts';
import {
  mayHoldSecrets,
  registriesArg,
  registriesDirectory as directory,
  registryDirectory,
  type RegistryArg,
} from './registry-args.ts';
import { registryFiles, type RegistryFile } from './registry-files.ts';

const args = z.strictObject({ registries: registriesArg });

export const registriesConfigured = defineOperation({
  name: 'registries.configured',
  summary:
    'Tells containerd how to reach registries: their mirrors, and the CAs of both. What is ours for any other registry goes; what somebody else says of one that is named is kept as PATH.ipvs-bootstrap-backup, and comes back. Logins are a part of `containerd.configured`.',
  args,
  example: `
- name: Tell containerd how to reach registries
  op: registries.configured
  with: { registries: '\${{ registries }}' }
`,
  needs: ({ registries }) => [
    { query: ask(ownRegistryFiles, { directory }) },
    { query: ask(foreignRegistryFiles, { directory }) },
    ...registryFiles(registries).map(({ path }) => ({ query: ask(textFile, { path }) })),
  ],
  plan({ registries }, facts) {
    const wanted = registryFiles(registries);
    const steps = wanted.flatMap((file) => fileSteps(file, facts.get(ask(textFile, { path: file.path }))));
    const replaced = wanted.flatMap(({ path }) => {
      const found = facts.get(ask(textFile, { path }));
      if (found === null || found.hasBackup || isManaged(path, found.text)) return [];
      return [`${path} is somebody else's: what it says holds no more until a reset puts it back`];
    });
    const left = facts
      .get(ask(ownRegistryFiles, { directory }))
      .filter((file) => !wanted.some(({ path }) => path === file.path))
      // What names a CA goes before it.
      .toSorted((one, other) => other.path.localeCompare(one.path));
    const given = left.map(takeBack);
    return {
      steps: [...steps, ...given.flatMap((one) => one.steps)],
      warnings: [
        ...replaced,
        ...hidden(registries, facts.get(ask(foreignRegistryFiles, { directory }))),
        ...given.flatMap(({ warnings = [] }) => warnings),
      ],
    };
  },
});

/** What somebody else wrote is not shown: there may be headers with a login in it. */
function fileSteps(file: RegistryFile, found: TextFile | null): readonly Step[] {
  const isShown = found !== null && isManaged(file.path, found.text) && !mayHoldSecrets(found.text);
  const steps = textFileSteps(file, found);
  return isShown
    ? steps
    : steps.map((step) => (step.kind === 'write' ? { ...step, before: undefined } : step));
}

/** containerd reads no certificates beside a hosts.toml, and takes one directory. – remotes/docker/config/hosts.go */
function hidden(registries: readonly RegistryArg[], found: readonly string[]): readonly string[] {
  return registries.flatMap(({ name }) => {
    const own = registryDirectory(name);
    const others = found.filter(
      (path) => path !== own && (path === `${directory}/${name}` || dirname(path) === own),
    );
    return others.map((path) => `${path} is somebody else's, and holds no more beside ${own}/hosts.toml`);
  });
}

/**
 * An empty directory would still be a registry's own, and keep the default from it. The one of all registries stays: it may
 * have been there before us.
 */
function takeBack({ path, ...remains }: OwnFile): GivenBack {
  if (remains.file !== 'ours' || remains.backup !== 'none') return giveBack(path, remains);
  const command = cmd`rm -f ${path} && rmdir --ignore-fail-on-non-empty ${dirname(path)}`;
  return { steps: [{ kind: 'exec', title: `remove ${path}`, command }] };
}
