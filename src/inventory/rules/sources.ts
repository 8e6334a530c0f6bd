// Rules about where Kubernetes comes from.
import { finding, type Finding } from './finding.ts';
import type { Outline } from './outline.ts';

export function* imagesOfBundle({ root }: Outline): Generator<Finding> {
  const bundle = root.get('cluster', 'kubernetes', 'source', 'bundle');
  const repository = root.get('cluster', 'images', 'repository').text();
  if (!bundle.isThere || repository === undefined) return;
  yield finding('images.repository does nothing beside a bundle', repository.path, {
    part: 'key',
    other: bundle.path,
    hint: "A bundle's images have names of their own. Leave out one of the two.",
  });
}
