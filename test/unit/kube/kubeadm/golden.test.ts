// The documents of every minor, compared with test/golden/kubeadm; `vitest -u` writes them anew.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { supportedMinors } from '../../../../src/kube/version-facts.ts';
import { minorOf, parseVersion } from '../../../../src/kube/version.ts';
import { newestPatches } from '../../../versions/newest-patches.ts';
import { goldenText } from '../../../versions/scenarios.ts';

const goldenDirectory = path.join(import.meta.dirname, '..', '..', '..', 'golden', 'kubeadm');

describe.each(newestPatches)('the documents of %s', (version) => {
  it('are the golden ones', async () => {
    const file = path.join(goldenDirectory, `${minorOf(parseVersion(version))}.yaml`);
    await expect(goldenText(version)).toMatchFileSnapshot(file);
  });

  it('are YAML', () => {
    const documents = parseAllDocuments(goldenText(version));
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  });
});

it('are there for every minor that the program knows', () => {
  const minors = newestPatches.map((version) => minorOf(parseVersion(version)));
  const { oldest, newest } = supportedMinors;
  const first = parseVersion(oldest).minor;
  const all = Array.from(
    { length: parseVersion(newest).minor - first + 1 },
    (_, index) => `1.${first + index}`,
  );
  expect(minors).toEqual(all);
});
