// Rules about where Kubernetes comes from.
import { publicPackages } from '../../kube/package-repository.ts';
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
  const word = source.text()?.value;
  if (!binaries.isThere && word !== 'binaries' && word !== 'auto') return;
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

export function* packagesAreServed({ root, version }: Outline): Generator<Finding> {
  const source = root.get('cluster', 'kubernetes', 'source');
  const placed = parsedVersion(version);
  if (placed === undefined || isSince(placed.value, publicPackages.first)) return;
  const packages = source.get('packages');
  if (!packages.isThere && source.text()?.value !== 'packages') return;
  const { path } = packages.isThere ? packages : source;
  const others = isSince(placed.value, firstWithChecksums) ? 'Use "source: binaries"' : 'Use a bundle';
  yield finding(
    `packages need Kubernetes v${publicPackages.first}: those of older ones were taken from the net in 2024`,
    path,
    {
      part: packages.isThere ? 'key' : 'value',
      other: placed.path,
      hint: `${others}: docs/sources.md tells how.`,
    },
  );
}
