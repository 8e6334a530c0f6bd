// Who works with the cache for longer than one build, and who may remove things from it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withCacheAlone, withCacheInUse } from '../../../src/lab/cache-use.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cache-use-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const use = async <T>(work: () => Promise<T>, report: (line: string) => void = () => undefined) =>
  withCacheInUse({ cacheRoot: root, report, signal: new AbortController().signal }, work);

it('keeps out who wants to remove things, as long as it lasts, and leaves nothing behind', async () => {
  await use(async () => {
    await expect(withCacheAlone(root, async () => 'freed')).rejects.toMatchObject({
      code: 'lab.failed',
      message: `process ${process.pid} is building something for a lab`,
    });
  });
  await expect(use(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(readdirSync(root)).toEqual([]);
  expect(await withCacheAlone(root, async () => 'freed')).toBe('freed');
  expect(readdirSync(root)).toEqual([]);
});

it('keeps out nobody when several use it and the first has ended', async () => {
  await use(() => use(async () => undefined));
  expect(await withCacheAlone(root, async () => 'freed')).toBe('freed');
});

it('ends with a process that was killed', async () => {
  const child = spawn('sleep', ['0']);
  await once(child, 'exit');
  writeFileSync(join(root, `in-use-${child.pid}-1-00`), '');
  expect(await withCacheAlone(root, async () => 'freed')).toBe('freed');
  expect(readdirSync(root)).toEqual([]);
});

it('begins when nothing is being removed any more, and says what it waits for', async () => {
  const said: string[] = [];
  let isRemoving = true;
  const removed = withCacheAlone(root, async () => {
    const used = use(
      async () => isRemoving,
      (line) => said.push(line),
    );
    while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    isRemoving = false;
    return { used };
  });
  expect(await (await removed).used).toBe(false);
  expect(said).toEqual([`process ${process.pid} is freeing the cache; waiting for it`]);
});

it('can be interrupted while it waits', async () => {
  const controller = new AbortController();
  const report = () => {
    controller.abort();
  };
  await withCacheAlone(root, async () => {
    const waiting = withCacheInUse(
      { cacheRoot: root, report, signal: controller.signal },
      async () => undefined,
    );
    await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
  });
  expect(readdirSync(root)).toEqual([]);
});

it('lets only one remove things', async () => {
  await withCacheAlone(root, async () => {
    await expect(withCacheAlone(root, async () => undefined)).rejects.toThrow('is freeing the cache');
  });
});

it('needs no cache to be there', async () => {
  const none = join(root, 'none');
  expect(await withCacheAlone(none, async () => 'nothing')).toBe('nothing');
  expect(existsSync(none)).toBe(false);
});
