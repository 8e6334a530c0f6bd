// The bundle's container images in containerd.
import { z } from 'zod';
import { imageUses, type BundleImage } from '../../bundle/manifest.ts';
import { managedDirectories } from '../../core/managed.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { containerImages, type ContainerImages } from '../../facts/host/container-images.ts';
import { pinnedImages } from '../../facts/host/pinned-images.ts';
import { defineOperation, type Step } from '../operation.ts';
import { bundleFilesOf, bundleSchema, uploadStep, type Bundle } from './bundle-files.ts';
import {
  importCommand,
  imageRecord,
  parseImageRecord,
  pinCommand,
  type ImportedImage,
} from './image-record.ts';

const importTimeoutMs = 20 * 60_000;

const args = z.strictObject({
  bundle: bundleSchema,
  use: z
    .array(z.enum(imageUses))
    .min(1)
    .meta({ description: "Which of the bundle's images this host needs." }),
});

export const imagesImported = defineOperation({
  name: 'images.imported',
  summary:
    "Imports the bundle's images into containerd, and pins them, so that the kubelet never removes them to make room. An image of that name that came from elsewhere is left as it is.",
  args,
  example: `
- name: Import the images that a worker needs
  op: images.imported
  on: workers
  with: { bundle: '\${{ bundle }}', use: [node, workload] }
`,
  needs: () => [
    { query: ask(containerImages) },
    { query: ask(pinnedImages) },
    { query: ask(textFile, { path: imageRecord }) },
  ],
  plan({ bundle, use }, facts) {
    const present = facts.get(ask(containerImages)) ?? {};
    const record = parseImageRecord(facts.get(ask(textFile, { path: imageRecord }))?.text ?? '');
    const wanted = bundleFilesOf(bundle, 'image').filter((image) => use.includes(image.use));
    const missing = wanted.filter((image) => isMissing(image, present, record.get(image.name)));
    const pinned = facts.get(ask(pinnedImages));
    const unpinned = wanted
      .filter((image) => !missing.includes(image) && isOurs(image, present, record.get(image.name)))
      .filter(({ name }) => !pinned.includes(name));
    return { steps: [...missing.flatMap((image) => importSteps(bundle, image)), ...unpinned.map(pinStep)] };
  },
});

function isOurs(
  { name }: BundleImage,
  present: NonNullable<ContainerImages>,
  imported: ImportedImage | undefined,
): boolean {
  return imported !== undefined && imported.digest === present[name];
}

/** For an image that was imported before pins were known. */
function pinStep({ name }: BundleImage): Step {
  return { kind: 'exec', title: `pin ${name}`, command: pinCommand(name) };
}

function isMissing(
  image: BundleImage,
  present: NonNullable<ContainerImages>,
  imported: ImportedImage | undefined,
): boolean {
  const digest = present[image.name];
  if (digest === undefined) return true;
  return imported?.digest === digest && imported.sha256 !== image.sha256;
}

/** One by one, so that the archives need little room. */
function importSteps(bundle: Bundle, image: BundleImage): readonly Step[] {
  const path = `${managedDirectories.state}/images.d/${image.sha256.slice(0, 12)}.tar`;
  return [
    uploadStep(bundle, image, { path, mode: 0o600 }),
    {
      kind: 'exec',
      title: `import ${image.name}`,
      command: importCommand(image, path),
      timeoutMs: importTimeoutMs,
    },
  ];
}
