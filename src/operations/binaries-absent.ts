// The programs that we installed, gone.
import { z } from 'zod';
import { cmd } from '../core/command.ts';
import { ask } from '../facts/fact.ts';
import { textFile } from '../facts/file.ts';
import { ownFiles, stampFile } from '../facts/stamped-files.ts';
import { defineOperation, unchanged, type Step } from './operation.ts';

export const binariesAbsent = defineOperation({
  name: 'binaries.absent',
  summary: 'Removes the programs that `binaries.installed` sent, unless somebody has replaced them since.',
  args: z.strictObject({}),
  needs: () => [{ query: ask(ownFiles) }, { query: ask(textFile, { path: stampFile }) }],
  plan(_wanted, facts) {
    if (facts.get(ask(textFile, { path: stampFile })) === null) return unchanged;
    const paths = facts.get(ask(ownFiles));
    const remove: Step = { kind: 'exec', title: `remove ${paths.join(', ')}`, command: cmd`rm -f ${paths}` };
    const forget: Step = { kind: 'remove', title: `remove ${stampFile}`, path: stampFile };
    return { steps: paths.length === 0 ? [forget] : [remove, forget] };
  },
});
