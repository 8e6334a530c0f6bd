// The end of a reset: our own directories go, after everything that reads them.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { ownDirectories } from '../../facts/files/own-directories.ts';
import { defineOperation } from '../operation.ts';

export const ownDirectoriesAbsent = defineOperation({
  name: 'own-directories.absent',
  summary: 'Removes the directories of this program from the host. The last task of a reset.',
  args: z.strictObject({}),
  example: `
- name: Remove what ipvs-bootstrap keeps on the host
  op: own-directories.absent # the last task: others read what is there
`,
  needs: () => [{ query: ask(ownDirectories) }],
  plan(_args, facts) {
    const paths = facts.get(ask(ownDirectories));
    return {
      steps: paths.map((path) => ({
        kind: 'exec',
        title: `remove ${path}`,
        command: cmd`rm -rf ${path}`,
      })),
    };
  },
});
