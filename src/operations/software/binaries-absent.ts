// The programs that we installed, gone, and those that they had replaced back in their place.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { ownFiles, ownFilesRecord } from '../../facts/files/own-files.ts';
import { stampFile } from '../../facts/files/stamped-files.ts';
import { giveBack } from '../files/give-back.ts';
import { removeStep } from '../files/remove-step.ts';
import { defineOperation } from '../operation.ts';

export const binariesAbsent = defineOperation({
  name: 'binaries.absent',
  summary:
    'Removes the programs that `binaries.installed` sent, unless somebody has replaced them since, and puts back those that were there before.',
  args: z.strictObject({}),
  example: `
- name: Remove the programs that came with the bundle
  op: binaries.absent
`,
  needs: () => [{ query: ask(ownFiles) }, ...notes.map((path) => ({ query: ask(textFile, { path }) }))],
  plan(_wanted, facts) {
    const given = facts.get(ask(ownFiles)).map(({ path, ...remains }) => giveBack(path, remains));
    const left = notes.filter((path) => facts.get(ask(textFile, { path })) !== null);
    const forget = left.map(removeStep);
    return {
      steps: [...given.flatMap(({ steps }) => steps), ...forget],
      warnings: given.flatMap(({ warnings = [] }) => warnings),
    };
  },
});

const notes = [stampFile, ownFilesRecord];
