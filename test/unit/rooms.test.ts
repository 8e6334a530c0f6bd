// Rooms are folders in a folder of src/. They are small, named in docs/architecture.md, and import in no circle.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/operations/operation.ts';
import { operations } from '../../src/operations/registry.ts';
import { findCycle, sourceDirectory, sourceFiles, sourceImports } from '../support/source-imports.ts';

const files = sourceFiles();
const page = readFileSync(path.join(sourceDirectory, '..', 'docs', 'architecture.md'), 'utf8');

/** Rows of the tables of rooms: folder/room, the sentence, and the operations where there is such a column. */
const rows = [...page.matchAll(/^\| `([\w-]+\/[\w-]+)\/` *\| ([^|]*?) *\|(?: ([^|]*?) *\|)?$/gm)].map(
  ([, room = '', sentence = '', names = '']) => ({
    room,
    sentence,
    operations: [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  }),
);

/** A folder in a folder is a room; a file beside such folders is one of its own. */
function roomOf(file: string): string {
  const [folder = '', ...rest] = file.split('/');
  return rest.length > 1 ? `${folder}/${rest[0] ?? ''}` : file;
}

function directoryOf(file: string): string {
  return path.posix.dirname(file);
}

describe('rooms', () => {
  it('import each other in no circle, types included', () => {
    const rooms = sourceImports().map((one) => ({ ...one, from: roomOf(one.from), to: roomOf(one.to) }));
    expect(findCycle(rooms.filter(({ from, to }) => from !== to))).toBeUndefined();
  });

  it('lie one level below a folder, never deeper', () => {
    expect(files.filter((file) => file.split('/').length > 3)).toEqual([]);
  });

  it('have at most 20 files each', () => {
    const rooms = [...new Set(files.map(directoryOf))];
    const size = (room: string): number => files.filter((file) => directoryOf(file) === room).length;
    expect(rooms.filter((room) => size(room) > 20)).toEqual([]);
  });

  it('are all named in docs/architecture.md, each with a sentence, and no others', () => {
    const rooms = files.map(directoryOf).filter((directory) => directory.includes('/'));
    expect(rows.map(({ room }) => room).toSorted()).toEqual([...new Set(rooms)].toSorted());
    expect(rows.filter(({ sentence }) => sentence.length < 10)).toEqual([]);
  });
});

describe('operations', async () => {
  const found = await Promise.all(
    files
      .filter((file) => /^operations\/[^/]+\//.test(file))
      .map(async (file) => ({ file, names: await operationsIn(file) })),
  );

  it('stand in the room of their subject, which docs/architecture.md says', () => {
    const real = rows
      .filter(({ room }) => room.startsWith('operations/'))
      .map(({ room }) => ({
        room,
        operations: found.flatMap(({ file, names }) => (directoryOf(file) === room ? names : [])).toSorted(),
      }));
    expect(real).toEqual(
      rows
        .filter(({ room }) => room.startsWith('operations/'))
        .map(({ room, operations }) => ({ room, operations })),
    );
    expect(found.flatMap(({ names }) => names).toSorted()).toEqual(
      operations.map(({ name }) => name).toSorted(),
    );
  });

  it('are in files of their name', () => {
    const others = found.filter(
      ({ file, names }) =>
        names.length > 0 && !names.includes(path.posix.basename(file, '.ts').replace(/-(?=[^-]*$)/, '.')),
    );
    expect(others.map(({ file }) => file)).toEqual([]);
  });
});

/** The names of the operations that a file exports. */
async function operationsIn(file: string): Promise<readonly string[]> {
  const exported = (await import(path.join(sourceDirectory, file))) as Readonly<Record<string, unknown>>;
  return operations.filter((one: Operation) => Object.values(exported).includes(one)).map(({ name }) => name);
}
