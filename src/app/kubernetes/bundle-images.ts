// Warns of workloads whose image the bundle does not have: their nodes need a registry, and may have none.
import type { OfferedManifest } from '../../bundle/manifest.ts';
import { BootstrapError } from '../../core/errors.ts';
import type { LoadedInventory } from '../../inventory/load.ts';
import { fullReference } from '../../kube/objects/image-reference.ts';

/** One warning for each image that a deployment wants and the bundle lacks, at the first place that names it. */
export function missingImages(
  { inventory, placeOf, excerptOf }: LoadedInventory,
  { files }: OfferedManifest,
): readonly BootstrapError[] {
  const seen = new Set(files.flatMap((file) => (file.kind === 'image' ? [file.name] : [])));
  return inventory.workloads.flatMap(({ deployments }, i) =>
    deployments.flatMap(({ image }, j) => {
      if (seen.has(fullReference(image))) return [];
      seen.add(fullReference(image));
      const path = ['workloads', i, 'deployments', j, 'image'];
      return [
        new BootstrapError('inventory.invalid', `the image ${image} is not in the bundle`, {
          where: placeOf(path),
          detail: excerptOf(path),
          hint: 'Nodes that do not have it pull it from a registry, which they must be able to reach.',
        }),
      ];
    }),
  );
}
