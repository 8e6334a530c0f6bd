// The images that we imported, gone.
import { z } from 'zod';
import { cmd } from '../core/command.ts';
import { containerImages } from '../facts/container-images.ts';
import { ask } from '../facts/fact.ts';
import { textFile } from '../facts/file.ts';
import { imageRecord, parseImageRecord } from './image-record.ts';
import { defineOperation, unchanged, type Step } from './operation.ts';

export const imagesAbsent = defineOperation({
  name: 'images.absent',
  summary: 'Removes the images that `images.imported` brought, unless somebody has replaced them since.',
  args: z.strictObject({}),
  needs: () => [{ query: ask(containerImages) }, { query: ask(textFile, { path: imageRecord }) }],
  plan(_wanted, facts) {
    const record = facts.get(ask(textFile, { path: imageRecord }));
    if (record === null) return unchanged;
    const present = facts.get(ask(containerImages));
    const forget: Step = { kind: 'remove', title: `remove ${imageRecord}`, path: imageRecord };
    if (present === null) {
      return { steps: [forget], warnings: ['containerd does not answer: the imported images stay'] };
    }
    const imported = [...parseImageRecord(record.text)];
    const ours = imported.filter(([name, { digest }]) => present[name] === digest).map(([name]) => name);
    if (ours.length === 0) return { steps: [forget] };
    const command = cmd`ctr -n k8s.io images rm ${ours} >/dev/null`;
    return { steps: [{ kind: 'exec', title: `remove the images ${ours.join(', ')}`, command }, forget] };
  },
});
