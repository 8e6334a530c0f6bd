import { describe, expect, it } from 'vitest';
import { isWithin, merge, restrictTo } from '../../../../src/kube/objects/subset.ts';

describe('isWithin', () => {
  it.each([
    ['fields that nobody asked for', { a: 1 }, { a: 1, b: 2 }],
    ['nested fields', { a: { b: [1] } }, { a: { b: [1], c: 2 } }],
    ['maps inside lists', [{ port: 80 }], [{ port: 80, protocol: 'TCP' }]],
    ['an empty list that the API left out', { a: [] }, {}],
    ['an empty list that came back as null', { a: [] }, { a: null }],
    ['false, 0, "" and 0s that the API left out', { a: false, b: 0, c: '', d: '0s' }, {}],
    ['an empty map that the API left out', { a: {} }, {}],
  ])('accepts %s', (_, wanted, live) => {
    expect(isWithin(wanted, live)).toBe(true);
  });

  it.each([
    ['another value', { a: 1 }, { a: 2 }],
    ['a missing value', { a: 1 }, {}],
    ['a longer list', { a: [1] }, { a: [1, 2] }],
    ['a list in another order', { a: [1, 2] }, { a: [2, 1] }],
    ['a value of another type', { a: 80 }, { a: '80' }],
    ['a text where a map should be', { a: {} }, { a: 'text' }],
  ])('notices %s', (_, wanted, live) => {
    expect(isWithin(wanted, live)).toBe(false);
  });
});

describe('merge', () => {
  it('puts wanted fields in, replaces lists as a whole and keeps the rest', () => {
    const live = {
      mode: '',
      ipvs: { scheduler: 'lc', excludeCIDRs: ['a', 'b'], syncPeriod: '0s' },
      other: 1,
    };
    expect(merge(live, { mode: 'ipvs', ipvs: { scheduler: 'rr', excludeCIDRs: ['c'] } })).toEqual({
      mode: 'ipvs',
      ipvs: { scheduler: 'rr', excludeCIDRs: ['c'], syncPeriod: '0s' },
      other: 1,
    });
  });
});

describe('restrictTo', () => {
  it('leaves the wanted fields of the live object', () => {
    const live = { a: 1, b: { c: 2, d: 3 }, e: [1, 2] };
    expect(restrictTo({ a: 9, b: { c: 9 }, e: [], f: 9 }, live)).toEqual({ a: 1, b: { c: 2 }, e: [1, 2] });
  });
});
