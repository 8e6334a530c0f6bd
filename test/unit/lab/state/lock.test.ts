// One command at a time changes a lab.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from '../../../../src/lab/state/lock.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(directory, 'labs', 'x.lock');
});
afterEach(() => rm(directory, { recursive: true }));

it('is held during the work and gone after it', async () => {
  const during = await withLock(path, 'x', async () => existsSync(path));
  expect([during, existsSync(path)]).toEqual([true, false]);
});

it('is gone after work that failed', async () => {
  await expect(withLock(path, 'x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

it('keeps a second command out, naming the first', async () => {
  await withLock(path, 'x', async () => {
    await expect(withLock(path, 'x', async () => 1)).rejects.toMatchObject({
      code: 'lock.held',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    });
  });
});

it('is taken over from a process that died', async () => {
  await withLock(path, 'x', async () => undefined);
  await writeFile(path, `${process.pid}-1`);
  expect(await withLock(path, 'x', async () => 'done')).toBe('done');
});
