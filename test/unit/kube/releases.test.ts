import { describe, expect, it } from 'vitest';
import { hasEnded, releaseOf, releases, supportedReleases, withDay } from '../../../src/kube/releases.ts';
import { supportedMinors } from '../../../src/kube/version-facts.ts';
import { parseVersion } from '../../../src/kube/version.ts';

const today = '2026-11-27';

describe('releases', () => {
  it('are all minors that this program knows, newest first', () => {
    const [major = '', last = ''] = supportedMinors.newest.split('.');
    const first = Number(supportedMinors.oldest.split('.')[1]);
    const minors = Array.from({ length: Number(last) - first + 1 }, (_, n) => `${major}.${Number(last) - n}`);
    expect(releases.map(({ minor }) => minor)).toEqual(minors);
  });

  it('came and went in their order, and lived for a while', () => {
    const born = releases.map(({ released }) => released);
    const ended = releases.flatMap(({ endOfLife }) => endOfLife ?? []);
    expect(born).toEqual(born.toSorted().toReversed());
    expect(ended).toEqual(ended.toSorted().toReversed());
    for (const { released, endOfLife } of releases) {
      expect(released).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
      if (endOfLife !== undefined) expect(endOfLife > released).toBe(true);
    }
  });

  it('are found by any of their patch releases', () => {
    expect(releaseOf(parseVersion('v1.20.2'))?.released).toBe('2020-12-08');
    expect(releaseOf(parseVersion('v1.40.0'))).toBeUndefined();
    expect(withDay('1.35')).toBe('1.35 (2025-12-17)');
    expect(withDay('1.40')).toBe('1.40');
  });

  it('are supported up to and with their last day', () => {
    expect(supportedReleases(today).map(({ minor }) => minor)).toEqual(['1.37', '1.36', '1.35']);
    const [, , last] = supportedReleases(today);
    expect(last && hasEnded(last, '2027-02-28')).toBe(false);
    expect(last && hasEnded(last, '2027-03-01')).toBe(true);
  });

  it('have ended when a newer one has, if nobody tells their last day', () => {
    const unknown = releases.find(({ endOfLife }) => endOfLife === undefined);
    expect(unknown?.minor).toBe('1.32');
    expect(unknown && hasEnded(unknown, today)).toBe(true);
    expect(unknown && hasEnded(unknown, '2026-01-01')).toBe(false);
  });
});
