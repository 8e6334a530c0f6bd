// Runs that fetch to the same directory: one after the other, and none waits for a dead one.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withFetchLock } from '../../../src/bundle/fetch-lock.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fetch-lock-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function lock(signal = new AbortController().signal) {
  const told: string[] = [];
  const done = withFetchLock(directory, { report: (line) => told.push(line), signal }, async () => 'done');
  return { told, done };
}

async function other(): Promise<{ readonly pid: number; readonly end: () => Promise<void> }> {
  const child = spawn('sleep', ['60']);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  return {
    pid: child.pid ?? 0,
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

it('the first one works at once, and leaves no lock', async () => {
  const { told, done } = lock();
  expect(await done).toBe('done');
  expect(told).toEqual([]);
  expect(existsSync(join(directory, 'lock'))).toBe(false);
});

it('another one waits, says for whom, and goes on when that has ended', async () => {
  const { pid, end } = await other();
  writeFileSync(join(directory, 'lock'), `${pid}\n`);
  const { told, done } = lock();
  await expect.poll(() => told).toEqual([`process ${pid} fetches to ${directory}: waiting for it`]);
  await end();
  expect(await done).toBe('done');
});

it('what a dead one has left is taken away', async () => {
  const { pid, end } = await other();
  await end();
  writeFileSync(join(directory, 'lock'), `${pid}\n`);
  const { told, done } = lock();
  expect(await done).toBe('done');
  expect(told).toEqual([]);
});

it('a lock that is being written is not taken for one that a dead one has left', async () => {
  const { pid, end } = await other();
  const path = join(directory, 'lock');
  writeFileSync(path, '');
  const { told, done } = lock();
  // Once it has been found empty, and before it is looked at again.
  await sleep(100);
  writeFileSync(path, `${pid}\n`);
  await expect.poll(() => told).toEqual([`process ${pid} fetches to ${directory}: waiting for it`]);
  await end();
  expect(await done).toBe('done');
});

it('waiting can be interrupted', async () => {
  const { pid, end } = await other();
  writeFileSync(join(directory, 'lock'), `${pid}\n`);
  const controller = new AbortController();
  const { told, done } = lock(controller.signal);
  await expect.poll(() => told.length).toBe(1);
  controller.abort();
  await expect(done).rejects.toMatchObject({ code: 'interrupted' });
  expect(existsSync(join(directory, 'lock'))).toBe(true);
  await end();
});
