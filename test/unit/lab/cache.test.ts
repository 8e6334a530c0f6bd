// The cache: built once, complete or absent, whoever is interrupted or builds at the same time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cached, entryDirectory, type CacheEntryName } from '../../../src/lab/cache.ts';
import { ownProcessTag, processTagIsAlive } from '../../../src/local/programs/process-tag.ts';

let root: string;
let entry: CacheEntryName;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cache-'));
  entry = { root, name: 'x', key };
});
afterEach(() => rm(root, { recursive: true }));

const key = { recipe: 1, packages: ['a=1', 'b=2'] };
const write = (text: string) => (directory: string) => writeFile(join(directory, 'result'), text);
const read = (directory: string) => readFile(join(directory, 'result'), 'utf8');

/** The tag of a process that has ended. */
async function deadProcessTag(): Promise<string> {
  const child = spawn('sleep', ['0']);
  await once(child, 'exit');
  return `${child.pid}-1`;
}

describe('entryDirectory', () => {
  it('does not depend on the order of the key’s fields', () => {
    const other = { packages: ['a=1', 'b=2'], recipe: 1 };
    expect(entryDirectory(entry)).toBe(entryDirectory({ ...entry, key: other }));
  });

  it('depends on every value, and on the order of lists', () => {
    const keys = [key, { ...key, recipe: 2 }, { ...key, packages: ['b=2', 'a=1'] }];
    expect(new Set(keys.map((one) => entryDirectory({ ...entry, key: one }))).size).toBe(3);
  });

  it('is named after the entry and 16 digits of the key’s hash', () => {
    expect(entryDirectory({ ...entry, name: 'bundle' })).toMatch(/\/bundle-[0-9a-f]{16}$/);
  });
});

describe('cached', () => {
  it('builds once and says so', async () => {
    const first = await cached(entry, write('one'));
    const second = await cached(entry, write('two'));
    expect([first.outcome, second.outcome]).toEqual(['built', 'cached']);
    expect(second.directory).toBe(first.directory);
    expect(await read(second.directory)).toBe('one');
  });

  it('builds another entry for another key', async () => {
    await cached(entry, write('one'));
    const other = await cached({ ...entry, key: { ...key, recipe: 2 } }, write('two'));
    expect(await read(other.directory)).toBe('two');
  });

  it('leaves nothing of a build that failed, and builds again', async () => {
    const failing = cached(entry, async (directory) => {
      await write('half')(directory);
      throw new Error('no space');
    });
    await expect(failing).rejects.toThrow('no space');
    expect(await readdir(root)).toEqual([]);
    expect((await cached(entry, write('whole'))).outcome).toBe('built');
  });

  it('keeps nothing of a build that was interrupted while it went on', async () => {
    const controller = new AbortController();
    const interrupted = cached(
      entry,
      async (directory) => {
        controller.abort();
        await write('half')(directory);
      },
      { signal: controller.signal },
    );
    await expect(interrupted).rejects.toMatchObject({ code: 'interrupted' });
    expect(await readdir(root)).toEqual([]);
  });

  it('removes what killed processes left, of this entry and of others', async () => {
    const directory = entryDirectory(entry);
    for (const one of [directory, entryDirectory({ ...entry, name: 'y' })]) {
      const left = `${one}.building-${await deadProcessTag()}-00`;
      await mkdir(left);
      await write('half')(left);
    }
    expect(await read((await cached(entry, write('whole'))).directory)).toBe('whole');
    expect(await readdir(root)).toEqual([basename(directory)]);
  });

  it('leaves the work of a live process on another entry alone, and does not wait for it', async () => {
    const other = `${entryDirectory({ ...entry, name: 'y' })}.building-${await ownProcessTag()}-00`;
    await mkdir(other);
    const { directory } = await cached(entry, write('whole'));
    expect((await readdir(root)).sort()).toEqual([basename(directory), basename(other)]);
  });

  it('waits for a live builder of the same entry instead of building twice', async () => {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const first = cached(entry, async (directory) => {
      await finished;
      await write('first')(directory);
    });
    while ((await readdir(root)).length === 0);
    const said: string[] = [];
    const report = (line: string) => {
      said.push(line);
      finish();
    };
    const second = await cached(entry, write('second'), { report });
    expect(said).toEqual([`process ${process.pid} is building the same; waiting for it`]);
    expect((await first).outcome).toBe('built');
    expect(second.outcome).toBe('cached');
    expect(await read(second.directory)).toBe('first');
  });

  it('gives one complete entry to builders that start at the very same moment', async () => {
    const builders = ['a', 'b', 'c'].map((text) => cached(entry, write(text)));
    const entries = await Promise.all(builders);
    expect(new Set(entries.map(({ directory }) => directory)).size).toBe(1);
    expect(await readdir(root)).toHaveLength(1);
  });

  it('can be interrupted while it waits', async () => {
    const directory = entryDirectory(entry);
    await mkdir(`${directory}.building-${await ownProcessTag()}-00`);
    const controller = new AbortController();
    const report = () => {
      controller.abort();
    };
    const waiting = cached(entry, write('never'), { signal: controller.signal, report });
    await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('processTagIsAlive', () => {
  it('knows this process, and one that has ended', async () => {
    expect(await processTagIsAlive(await ownProcessTag())).toBe(true);
    expect(await processTagIsAlive(await deadProcessTag())).toBe(false);
  });

  it('is not deceived by another process with the same id', async () => {
    expect(await processTagIsAlive(`${process.pid}-1`)).toBe(false);
  });
});
