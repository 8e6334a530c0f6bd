// Rules about where Kubernetes comes from.
import { isSince } from '../../kube/version.ts';
import { finding, type Finding } from './finding.ts';
import type { Outline } from './outline.ts';
import { parsedVersion } from './versions.ts';

/** Beside the programs of older releases lie other checksums. */
const firstWithChecksums = '1.16';

export function* programsHaveChecksums({ root, version }: Outline): Generator<Finding> {
  const source = root.get('cluster', 'kubernetes', 'source');
  const placed = parsedVersion(version);
  if (placed === undefined || isSince(placed.value, firstWithChecksums)) return;
  const binaries = source.get('binaries');
  if (!binaries.isThere && source.text()?.value !== 'binaries') return;
  const { path } = binaries.isThere ? binaries : source;
  yield finding(
    `binaries need Kubernetes v${firstWithChecksums}: older ones have no SHA-256 beside them`,
    path,
    {
      part: binaries.isThere ? 'key' : 'value',
      other: placed.path,
      hint: 'Put what you trust into a bundle: docs/bundle.md tells how.',
    },
  );
}

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
