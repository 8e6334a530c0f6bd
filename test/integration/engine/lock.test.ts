// The lock in real shells: who holds it, and that the end of a shell frees it.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { script } from '../../../src/core/command.ts';
import type { Host } from '../../../src/core/host.ts';
import { acquireLock, lockPath } from '../../../src/engine/run-state/lock.ts';
import { openLocalHost } from '../../../src/transport/local-host.ts';

let folder = '';
const open: Host[] = [];
const up = { cluster: 'lab', owner: "o'brien@laptop", command: 'up' };

beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'lock-')), 'run');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.close()));
  rmSync(path.dirname(folder), { recursive: true });
});

async function host(loopShell = '/bin/sh'): Promise<Host> {
  const opened = await openLocalHost({ name: 'm1', become: false, loopShell });
  open.push(opened);
  return opened;
}

/** Takes the lock as soon as it is free; gives the milliseconds that took. */
async function waitForLock(waiting: Host, atMostMs: number): Promise<number> {
  const started = performance.now();
  for (;;) {
    try {
      await acquireLock(waiting, { ...up, command: 'reset' }, folder);
      return performance.now() - started;
    } catch (error) {
      if (performance.now() - started > atMostMs) throw error;
      await sleep(50);
    }
  }
}

describe.each(['/bin/sh', '/bin/bash'])('the lock in %s', (shell) => {
  it('keeps a second run out and names the holder', async () => {
    await acquireLock(await host(shell), up, folder);
    await expect(acquireLock(await host(shell), { ...up, command: 'reset' }, folder)).rejects.toMatchObject({
      code: 'lock.held',
      message: expect.stringMatching(
        /^the cluster lab is locked by "up" of o'brien@laptop, for \d s$/,
      ) as string,
      where: { host: 'm1' },
    });
  });

  it('keeps a second run of the same connection out too', async () => {
    const only = await host(shell);
    await acquireLock(only, up, folder);
    await expect(acquireLock(only, up, folder)).rejects.toMatchObject({ code: 'lock.held' });
  });

  it('does not concern other clusters', async () => {
    await acquireLock(await host(shell), up, folder);
    await acquireLock(await host(shell), { ...up, cluster: 'other' }, folder);
  });

  it('is free at once after its release', async () => {
    const lock = await acquireLock(await host(shell), up, folder);
    const next = await host(shell);
    await lock.release();
    await acquireLock(next, up, folder);
    expect(readFileSync(lockPath('lab', folder), 'utf8')).toContain("o'brien");
  });

  it('outlives commands that come and go, and one that runs long', async () => {
    const holder = await host(shell);
    await acquireLock(holder, up, folder);
    await holder.run({ command: script('sleep 2.5; true') });
    await expect(acquireLock(await host(shell), up, folder)).rejects.toMatchObject({ code: 'lock.held' });
  });

  it('is freed within moments when the connection ends', async () => {
    const holder = await host(shell);
    await acquireLock(holder, up, folder);
    await holder.close();
    expect(await waitForLock(await host(shell), 5000)).toBeLessThan(3000);
  });

  it('is freed when the shell is killed', async () => {
    const holder = await host(shell);
    await acquireLock(holder, up, folder);
    const { stdout } = await holder.run({ command: script('echo $$') });
    process.kill(Number(stdout), 'SIGKILL');
    expect(await waitForLock(await host(shell), 5000)).toBeLessThan(3000);
  });

  it('leaves no process behind', async () => {
    const holder = await host(shell);
    const lock = await acquireLock(holder, up, folder);
    const { stdout: children } = await holder.run({ command: script('cat /proc/$$/task/$$/children') });
    await lock.release();
    await sleep(1200);
    const { stdout } = await holder.run({ command: script('cat /proc/$$/task/$$/children') });
    expect(children.trim()).not.toBe('');
    // What is left is the subshell of this very command.
    expect(stdout.trim().split(/\s+/)).toHaveLength(1);
  });

  it('can be read by its owner only', async () => {
    await acquireLock(await host(shell), up, folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(lockPath('lab', folder)).mode & 0o777).toBe(0o600);
  });
});
