// Distributions: by their own id, by their relatives, and compared by version.
import { describe, expect, it } from 'vitest';
import { compareVersions, findDistribution, findFamily } from '../../../src/platform/distributions.ts';

describe('findFamily', () => {
  it.each([
    ['debian', [], 'debian'],
    ['amzn', ['centos', 'rhel', 'fedora'], 'rhel'],
    ['sles', ['suse'], 'suse'],
    ['linuxmint', ['ubuntu', 'debian'], 'debian'],
    ['virtuozzo', ['rhel', 'fedora'], 'rhel'],
    ['gentoo', [], undefined],
    ['toString', ['constructor'], undefined],
  ])('of %s like %j is %s', (id, like, family) => {
    expect(findFamily(id, like)).toBe(family);
  });
});

it('finds a distribution by its exact id only', () => {
  expect(findDistribution('ubuntu')?.family).toBe('debian');
  expect(findDistribution('linuxmint')).toBeUndefined();
});

it.each([
  ['12', '9', 1],
  ['18.04', '18.04', 0],
  ['18.04', '20.04', -1],
  ['8', '8.10', -1],
  ['15.10', '15.9', 1],
])('compares %s with %s number by number', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});
