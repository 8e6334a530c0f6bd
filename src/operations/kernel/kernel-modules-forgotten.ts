// Kernel modules that are not loaded at boot any more because of us.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { absolutePath } from '../args/scalars.ts';
import { defineOperation, unchanged } from '../operation.ts';
import { modulesFile } from './kernel-modules-loaded.ts';

const args = z.strictObject({
  file: absolutePath.default(modulesFile).meta({ description: 'Where the set is kept.' }),
});

export const kernelModulesForgotten = defineOperation({
  name: 'kernel-modules.forgotten',
  summary:
    'Removes our list of modules to load at boot. Modules stay loaded until then: others may have come to use them.',
  args,
  example: `
- name: Load our modules at boot no more
  op: kernel-modules.forgotten
  with: { file: /etc/modules-load.d/tune.conf }
`,
  needs: ({ file }) => [{ query: ask(textFile, { path: file }) }],
  plan({ file }, facts) {
    if (facts.get(ask(textFile, { path: file })) === null) return unchanged;
    const title = `remove ${file}; the modules stay loaded until the next boot`;
    return { steps: [{ kind: 'remove', title, path: file }] };
  },
});
