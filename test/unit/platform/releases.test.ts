// What is known of releases: found by how VERSION_ID begins, with sources that exist, and as run as the trials say.
import { describe, expect, it } from 'vitest';
import { trials } from '../../../src/kube/trials.ts';
import { distributionPage } from '../../../src/platform/distribution-page.ts';
import { compareVersions, distributions, findDistribution } from '../../../src/platform/distributions.ts';
import { bringers, findRelease, packageElsewhere, releases } from '../../../src/platform/releases.ts';
import { sources } from '../../../src/platform/sources.ts';

const rows = Object.entries(releases).flatMap(([id, known]) =>
  known.map((release) => [`${id} ${release.version}`, id, release] as const),
);

describe('findRelease', () => {
  it.each([
    ['debian', '12', '12'],
    ['rocky', '9.4', '9'],
    ['rhel', '10.1', '10'],
    ['sles', '15.6', '15.6'],
    ['amzn', '2', '2'],
    ['amzn', '2023', '2023'],
    ['debian', '', undefined],
    ['debian', '1', undefined],
    ['centos', '70', undefined],
    ['gentoo', '12', undefined],
    ['constructor', '1', undefined],
  ])('of %s %s is %s', (id, versionId, version) => {
    expect(findRelease(id, versionId)?.version).toBe(version);
  });
});

it('tells a package that is elsewhere from one that is there, and from words that every object has', () => {
  expect(packageElsewhere('rocky', '9.4', 'containerd')?.advice).toContain('linux/rhel/docker-ce.repo');
  expect(packageElsewhere('centos', '9', 'containerd')?.advice).toContain('linux/centos/docker-ce.repo');
  expect(packageElsewhere('debian', '12', 'containerd')).toBeUndefined();
  expect(packageElsewhere('rocky', '9.4', 'constructor')).toBeUndefined();
  expect(bringers('containerd')).toEqual(['sle-module-containers-release']);
  expect(bringers('constructor')).toEqual([]);
});

describe.each(rows)('%s', (_title, id, release) => {
  it('is of a distribution that we know, not older than its oldest, and has sources', () => {
    const distribution = findDistribution(id);
    expect(distribution).toBeDefined();
    expect(compareVersions(release.version, distribution?.oldest ?? '')).toBeGreaterThanOrEqual(0);
    expect(release.sources.length).toBeGreaterThan(0);
    expect(release.sources.filter((source) => !Object.hasOwn(sources, source))).toEqual([]);
    if (release.until !== undefined) expect(release.until).toMatch(/^20\d\d-\d\d-\d\d$/);
  });
});

it('has a use for each source', () => {
  const used = new Set<string>(rows.flatMap(([, , release]) => release.sources));
  expect(Object.keys(sources).filter((source) => !used.has(source))).toEqual([]);
});

it('calls those releases run that the trials were made on', () => {
  const ran = rows.filter(([, , { ran: how }]) => how !== undefined);
  const names = ran.map(
    ([, id, { version }]) => `${distributions.find((one) => one.id === id)?.name ?? id} ${version}`,
  );
  expect(names.sort()).toEqual([...new Set(trials.map(({ system }) => system))].sort());
});

it('keeps docs/reference/distributions.md up to date', async () => {
  await expect(distributionPage()).toMatchFileSnapshot('../../../docs/reference/distributions.md');
});
