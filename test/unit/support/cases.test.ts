// What a case says, laid over the world that all cases of its folder have.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { laidOver, loadFolder, readCaseText } from '../../support/cases.ts';

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

  it('says null by a tag wherever it stands', () => {
    const own =
      "facts: { list: [!null ''], f: [{ args: { a: 1 }, value: !null '' }], deep: { x: !null '' } }";
    expect(together('facts: { f: 1 }', own)).toEqual({
      facts: { list: [null], f: [{ args: { a: 1 }, value: null }], deep: { x: null } },
    });
    expect(together('facts: { f: [{ args: {}, value: 1 }] }', own)).toMatchObject({
      facts: { f: [{ value: 1 }, { args: { a: 1 }, value: null }] },
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

describe('a folder of cases', () => {
  let directory = '';
  beforeEach(() => void (directory = mkdtempSync(path.join(tmpdir(), 'cases-'))));
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function load(files: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
    return Object.fromEntries(loadFolder(directory).map(({ title, data }) => [title, data]));
  }

  it('lays a case over the world of all cases', () => {
    expect(load({ 'world.yaml': 'args: { a: 1, b: 1 }', 'of-all.yaml': 'args: { b: 3 }' })).toEqual({
      'of all': { args: { a: 1, b: 3 } },
    });
  });

  it('lays the world that a case names between the two', () => {
    const files = {
      'world.yaml': 'args: { a: 1, b: 1, c: 1, d: 1 }',
      'world.two-nodes.yaml': 'args: { b: 2, c: 2, d: null }',
      'of-two.yaml': '{ world: two-nodes, args: { c: 3 } }',
      'of-all.yaml': '',
    };
    expect(load(files)).toEqual({
      'of two': { args: { a: 1, b: 2, c: 3 } },
      'of all': { args: { a: 1, b: 1, c: 1, d: 1 } },
    });
  });

  it('needs no world of all cases for one that a case names', () => {
    expect(load({ 'world.bare.yaml': 'args: { a: 1 }', 'of-bare.yaml': 'world: bare' })).toEqual({
      'of bare': { args: { a: 1 } },
    });
  });

  it('refuses a world that is not there, by the name of the case', () => {
    expect(() => load({ 'world.one.yaml': '', 'a.yaml': 'world: one', 'b.yaml': 'world: other' })).toThrow(
      `${path.join(directory, 'b.yaml')}: there is no world.other.yaml in its folder`,
    );
  });

  it('refuses a world that no case names, by its own name', () => {
    expect(() => load({ 'world.yaml': '', 'world.one.yaml': '', 'a.yaml': '' })).toThrow(
      `${path.join(directory, 'world.one.yaml')}: no case names this world`,
    );
  });
});
