// What a case says, laid over the world that all cases of its folder have.
import { describe, expect, it } from 'vitest';
import { laidOver, readCaseText } from '../../support/cases.ts';

function together(world: string, own: string): unknown {
  return laidOver(readCaseText(world, 'world.yaml'), readCaseText(own, 'case.yaml'));
}

describe('a case over its world', () => {
  it('changes maps key by key, and keeps what it does not name', () => {
    expect(
      together('args: { node: a, cluster: { name: x, vip: 1 } }', 'args: { cluster: { vip: 2 } }'),
    ).toEqual({
      args: { node: 'a', cluster: { name: 'x', vip: 2 } },
    });
  });

  it('replaces lists whole', () => {
    expect(together('args: { names: [a, b] }', 'args: { names: [c] }')).toEqual({ args: { names: ['c'] } });
  });

  it('takes away by null, and says null by a tag', () => {
    expect(together('facts: { a: 1, b: 2, c: 3 }', "facts: { a: null, b: !null '', d: null }")).toEqual({
      facts: { b: null, c: 3, d: null },
    });
  });

  it('changes the answers of a fact question by question', () => {
    const world =
      'facts: { f: [{ args: { path: /a }, value: { x: 1, y: 2 } }, { args: { path: /b }, value: null }] }';
    const own = 'facts: { f: [{ args: { path: /a }, value: { y: 3 } }, { args: { path: /c }, value: 4 }] }';
    expect(together(world, own)).toEqual({
      facts: {
        f: [
          { args: { path: '/a' }, value: { x: 1, y: 3 } },
          { args: { path: '/b' }, value: null },
          { args: { path: '/c' }, value: 4 },
        ],
      },
    });
  });
});
