// The images that we imported, gone.
import { z } from 'zod';
import { cmd, script, sequence } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { containerImages } from '../../facts/host/container-images.ts';
import { removeStep } from '../files/remove-step.ts';
import { defineOperation, unchanged, type Step } from '../operation.ts';
import { imageRecord, parseImageRecord, type ImportedImage } from './image-record.ts';

export const imagesAbsent = defineOperation({
  name: 'images.absent',
  summary: 'Removes the images that `images.imported` brought, unless somebody has replaced them since.',
  args: z.strictObject({}),
  example: `
- name: Remove the images that came with the bundle
  op: images.absent
`,
  needs: () => [{ query: ask(containerImages) }, { query: ask(textFile, { path: imageRecord }) }],
  plan(_wanted, facts) {
    const record = facts.get(ask(textFile, { path: imageRecord }));
    if (record === null) return unchanged;
    const present = facts.get(ask(containerImages));
    const forget = removeStep(imageRecord);
    if (present === null) {
      return { steps: [forget], warnings: ['containerd does not answer: the imported images stay'] };
    }
    const imported = [...parseImageRecord(record.text)];
    const ours = imported.filter(([name, { digest }]) => present[name] === digest);
    return { steps: ours.length === 0 ? [forget] : [removeImages(ours), forget] };
  },
});

function removeImages(images: readonly (readonly [name: string, image: ImportedImage])[]): Step {
  const names = images.map(([name]) => name);
  const digests = [...new Set(images.map(([, { digest }]) => digest))];
  return {
    kind: 'exec',
    title: `remove the images ${names.join(', ')}`,
    command: sequence([
      cmd`ctr -n k8s.io images rm ${names} >/dev/null`,
      cmd`set -- ${digests}`,
      removeAliases,
    ]),
  };
}

/** containerd's part for Kubernetes gives every image its id as a second name, which alone would keep the content. */
const removeAliases = script(`
for digest; do
ids=$(ctr -n k8s.io images ls -q "target.digest==$digest")
case $ids in
'' | */*) ;;
*) ctr -n k8s.io images rm $ids >/dev/null ;;
esac
done
`);
