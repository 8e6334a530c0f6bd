import { describe, expect, it } from 'vitest';
import { compareVersions, formatVersion, isSince, minorOf, parseVersion } from '../../../src/kube/version.ts';

describe('parseVersion', () => {
  it.each([
    ['v1.20.2', { major: 1, minor: 20, patch: 2 }],
    ['1.9', { major: 1, minor: 9, patch: 0 }],
    ['v1.37.0-rc.1', { major: 1, minor: 37, patch: 0 }],
    ['v1.20.2+k3s1', { major: 1, minor: 20, patch: 2 }],
  ])('reads %s', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  it('refuses what is no version', () => {
    expect(() => parseVersion('latest')).toThrow('"latest" is not a Kubernetes version');
  });
});

describe('order', () => {
  it('compares numbers, not texts', () => {
    expect(compareVersions(parseVersion('1.9.10'), parseVersion('1.10.9'))).toBeLessThan(0);
    expect(isSince(parseVersion('1.10.0'), '1.9')).toBe(true);
    expect(isSince(parseVersion('1.14.1'), '1.14.2')).toBe(false);
  });

  it('writes versions as people do', () => {
    expect(formatVersion(parseVersion('1.20.2'))).toBe('v1.20.2');
    expect(minorOf(parseVersion('v1.20.2'))).toBe('1.20');
  });
});
