// A file that is not there any more; what it had replaced comes back.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { fileBackup, textFile } from '../../facts/files/file.ts';
import { absolutePath } from '../args/scalars.ts';
import { defineOperation } from '../operation.ts';
import { giveBack, ownerOf } from './give-back.ts';

const args = z.strictObject({
  path: absolutePath,
  onlyOurs: z
    .boolean()
    .default(true)
    .meta({ description: 'Leave a file without our mark, a line "# Managed by ipvs-bootstrap.".' }),
});

export const fileAbsent = defineOperation({
  name: 'file.absent',
  summary:
    'Removes a file, or puts back the one that `file.present` had replaced. What somebody else has put there since stays.',
  args,
  example: `
- name: Remove our time servers
  op: file.absent
  with: { path: /etc/chrony/conf.d/site.conf }
`,
  needs: ({ path }) => [{ query: ask(textFile, { path }) }, { query: ask(fileBackup, { path }) }],
  plan({ path, onlyOurs }, facts) {
    const found = facts.get(ask(textFile, { path }));
    const owner = ownerOf(path, found);
    const file = owner === 'foreign' && !onlyOurs ? 'ours' : owner;
    return giveBack(path, { file, backup: facts.get(ask(fileBackup, { path })) });
  },
});
