// Kernel modules that are loaded now and at every boot.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { kernelModules, type KernelModules } from '../../facts/host/kernel-modules.ts';
import { osRelease } from '../../facts/host/os-release.ts';
import { renderTemplate } from '../../render/template.ts';
import { absolutePath, moduleName } from '../args/scalars.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import { defineOperation, type Step } from '../operation.ts';
import { chooseModules, wantedNames } from './module-choice.ts';
import { missingModuleProblems } from './module-problems.ts';

/** Where the set of modules is kept for systemd-modules-load. */
export const modulesFile = '/etc/modules-load.d/ipvs-bootstrap.conf';

const args = z.strictObject({
  modules: z.array(moduleName).default([]).meta({ description: 'Modules that must be there.' }),
  oneOf: z
    .array(z.array(moduleName).min(1))
    .default([])
    .meta({ description: 'Lists of alternatives: of each, the first that the kernel has.' }),
  file: absolutePath.default(modulesFile).meta({ description: 'Where the set is kept for the next boot.' }),
});

export const kernelModulesLoaded = defineOperation({
  name: 'kernel-modules.loaded',
  summary:
    'Loads kernel modules and keeps the set for every boot. What the kernel has is found by trying, never by its version.',
  args,
  example: `
- name: Load the scheduler that counts connections
  op: kernel-modules.loaded
  with:
    modules: [ip_vs_lc]
    oneOf: [[nf_conntrack_ipv4, nf_conntrack]] # old kernels have the first one
    file: /etc/modules-load.d/tune.conf # not the one that up writes
`,
  needs: (wanted) => [
    { query: ask(kernelModules, { names: wantedNames(wanted) }) },
    { query: ask(textFile, { path: wanted.file }) },
    { query: ask(osRelease) },
  ],
  plan(wanted, facts) {
    const kernel = facts.get(ask(kernelModules, { names: wantedNames(wanted) }));
    const { chosen, missing } = chooseModules(wanted, kernel);
    if (missing.length > 0) {
      return { steps: [], problems: missingModuleProblems(missing, kernel, facts.get(ask(osRelease))) };
    }
    const modules = chosen.filter((name) => kernel.states[name] !== 'builtin');
    const content = renderTemplate('modules-load.conf', { modules });
    const found = facts.get(ask(textFile, { path: wanted.file }));
    return {
      steps: [...loadSteps(modules, kernel), ...textFileSteps({ path: wanted.file, content }, found)],
    };
  },
});

function loadSteps(modules: readonly string[], kernel: KernelModules): readonly Step[] {
  const idle = modules.filter((name) => kernel.states[name] === 'loadable');
  if (idle.length === 0) return [];
  return [{ kind: 'exec', title: `load ${idle.join(', ')}`, command: cmd`modprobe -a ${idle}` }];
}
