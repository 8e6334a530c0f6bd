// A file that is not there any more; what it had replaced comes back.
import { z } from 'zod';
import { cmd } from '../core/command.ts';
import { backupPath, isManaged } from '../core/managed.ts';
import { ask } from '../facts/fact.ts';
import { textFile } from '../facts/file.ts';
import { defineOperation, unchanged, type Step } from './operation.ts';
import { absolutePath } from './schemas.ts';

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
    if (found === null) return unchanged;
    if (found.hasBackup) return { steps: [restoreStep(path)] };
    if (onlyOurs && !isManaged(path, found.text)) return unchanged;
    return { steps: [{ kind: 'remove', title: `remove ${path}`, path }] };
  },
});

/** A rename: either the old file stands there or the new one, whenever it is interrupted. */
function restoreStep(path: string): Step {
  const backup = backupPath(path);
  return { kind: 'exec', title: `put back ${path} from ${backup}`, command: cmd`mv -f ${backup} ${path}` };
}
