import { describe, expect, it } from 'vitest';
import { supportedMinors } from '../../../src/kube/version-facts.ts';
import { allOverviews, versionOverview } from '../../../src/kube/version-overview.ts';
import { parseVersion } from '../../../src/kube/version.ts';

const today = '2026-11-27';

function overview(version: string) {
  return versionOverview(parseVersion(version), today);
}

describe('versionOverview', () => {
  it('sums a version up', () => {
    expect(overview('v1.20.2')).toEqual({
      minor: '1.20',
      released: '2020-12-08',
      endOfLife: '2022-02-28',
      isSupported: false,
      ipvs: 'stable',
      externalIPsBoundBy: 'kube-proxy',
      areExternalIPsDeprecated: false,
      kubeadmApi: 'v1beta2',
      triedReleases: ['v1.20.2'],
    });
    expect(overview('v1.36.0')).toMatchObject({ isSupported: true, areExternalIPsDeprecated: true });
  });

  it('does not invent the day on which a release ended', () => {
    expect(overview('v1.32.0')).toMatchObject({ endOfLife: null, isSupported: false });
  });

  it.each([
    ['1.8', 'alpha'],
    ['1.9', 'beta'],
    ['1.10', 'beta'],
    ['1.11', 'stable'],
    ['1.34', 'stable'],
    ['1.35', 'deprecated'],
    ['1.37', 'deprecated'],
    ['1.40', 'planned off'],
    ['1.43', 'planned gone'],
  ])('knows how far IPVS mode is in %s: %s', (version, stage) => {
    expect(overview(version).ipvs).toBe(stage);
  });

  it('knows who binds external IPs', () => {
    expect(overview('1.10').externalIPsBoundBy).toBe('ipvs-bootstrap');
    expect(overview('1.11').externalIPsBoundBy).toBe('kube-proxy');
  });
});

it('allOverviews has a row for each minor, newest first', () => {
  const rows = allOverviews(today);
  expect(rows).toHaveLength(30);
  expect(rows[0]?.minor).toBe(supportedMinors.newest);
  expect(rows.at(-1)?.minor).toBe(supportedMinors.oldest);
});
