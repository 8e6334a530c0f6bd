// A file that is not there any more; what it had replaced comes back.
import { z } from 'zod';
import { isManaged } from '../core/managed.ts';
import { ask } from '../facts/fact.ts';
import { textFile } from '../facts/file.ts';
import { defineOperation, unchanged } from './operation.ts';
import { absolutePath } from './schemas.ts';
import { removalStep } from './text-file-steps.ts';

const args = z.strictObject({
  path: absolutePath,
  onlyOurs: z.boolean().default(true).meta({ description: 'Leave a file that does not carry our mark.' }),
});

export const fileAbsent = defineOperation({
  name: 'file.absent',
  summary: 'Removes a file, or puts back the one that `file.present` had replaced.',
  args,
  needs: ({ path }) => [{ query: ask(textFile, { path }) }],
  plan({ path, onlyOurs }, facts) {
    const found = facts.get(ask(textFile, { path }));
    const mayGo = found !== null && (found.hasBackup || !onlyOurs || isManaged(path, found.text));
    return mayGo ? { steps: [removalStep(path, found)] } : unchanged;
  },
});
