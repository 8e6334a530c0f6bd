import { describe, expect, it } from 'vitest';
import {
  listAt,
  numberAt,
  objectName,
  ofKind,
  protocolOf,
  textAt,
  textsAt,
  valueAt,
} from '../../../../src/kube/objects/object.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'b' } };
const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } };

describe('objects', () => {
  it('are named as people name them', () => {
    expect([pod, node].map(objectName)).toEqual(['Pod b/a', 'Node a']);
  });

  it('are found by kind', () => {
    expect(ofKind([pod, node], 'Node')).toEqual([node]);
  });
});

describe('readers', () => {
  const value = { a: { text: 't', number: 1, list: ['x', 2, 'y'], nothing: null } };

  it('find what is there', () => {
    expect(textAt(value, 'a', 'text')).toBe('t');
    expect(numberAt(value, 'a', 'number')).toBe(1);
    expect(listAt(value, 'a', 'list')).toHaveLength(3);
    expect(textsAt(value, 'a', 'list')).toEqual(['x', 'y']);
    expect(valueAt(value, 'a', 'nothing')).toBeNull();
  });

  it.each([[undefined], [null], ['text'], [[1]], [value]])('take nothing for granted in %j', (from) => {
    expect(textAt(from, 'a', 'number')).toBeUndefined();
    expect(numberAt(from, 'a', 'text')).toBeUndefined();
    expect(listAt(from, 'a', 'text', 'b')).toEqual([]);
  });

  it('take TCP for granted', () => {
    expect([{}, { protocol: 'UDP' }, { protocol: 'SCTP' }, { protocol: 'x' }].map(protocolOf)).toEqual([
      'TCP',
      'UDP',
      'SCTP',
      'TCP',
    ]);
  });
});
