// What "did you mean" takes for near.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../../src/core/nearest.ts';

const keys = ['cluster', 'hosts', 'ssh', 'externalIPs', 'workloads'];

describe('nearest', () => {
  it.each([
    ['hsots', 'hosts'],
    ['host', 'hosts'],
    ['HOSTS', 'hosts'],
    ['external_ips', 'externalIPs'],
    ['sh', 'ssh'],
    ['workload', 'workloads'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, keys)).toBe(meant);
  });

  it.each(['', 'x', 'nodes', 'colour', 'a'.repeat(1_000_000)])('takes %.20s for nothing', (word) => {
    expect(nearest(word, keys)).toBeUndefined();
  });

  it('prefers the nearer of two, and the first of equals', () => {
    expect(nearest('post', ['host', 'ports', 'port'])).toBe('host');
    expect(nearest('ports', ['host', 'port', 'ports'])).toBe('ports');
  });
});

describe('editDistance', () => {
  it('counts insertions, deletions, replacements and swaps of neighbours', () => {
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('abc', '')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('ab', 'ba')).toBe(1);
  });

  it('is 0 for equal words only, and the same both ways', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (one, other) => {
        expect(editDistance(one, other)).toBe(editDistance(other, one));
        expect(editDistance(one, other) === 0).toBe(one === other);
      }),
    );
  });
});
