// The lock in real shells: who holds it, and that the end of a shell frees it.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cmd, script } from '../../../src/core/command.ts';
import type { BootstrapError } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';
import { acquireLock, lockPath } from '../../../src/engine/run-state/lock.ts';
import { openSshHost } from '../../../src/transport/connection/ssh-host.ts';
import { openLocalHost } from '../../../src/transport/local-host.ts';
import { startSshd, type Sshd } from '../../support/sshd.ts';

let folder = '';
const open: Host[] = [];
/** On a machine that has much to do. */
const atMost = { timeout: 20_000 };
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

/** Takes the lock as soon as it is free. */
async function waitForLock(waiting: Host): Promise<void> {
  await vi.waitFor(() => acquireLock(waiting, { ...up, command: 'reset' }, folder), atMost);
}

describe('a run whose connection has ended while its command goes on', () => {
  const accounts = [{ name: 'admin', shell: '/bin/sh', sudo: 'free' }] as const;
  let sshd: Sshd;

  beforeAll(async () => {
    sshd = await startSshd({ accounts });
  });
  afterAll(async () => {
    await sshd.stop();
  });

  it.each([
    ['root', false],
    ['admin', true],
  ])('is told from one that lives: %s', async (user, become) => {
    const holder = await openSshHost(sshd.target({ user, become }), sshd.environment);
    await acquireLock(holder, up, folder);
    // Of the same session, in a group of its own.
    const other = path.join(path.dirname(folder), 'other');
    const aside = cmd`timeout 300 sleep 300 & echo $! >${other}`;
    const long = holder.run({ command: cmd`${aside}\ntail -f /dev/null` });
    long.catch(() => undefined);
    const next = await host();
    const refusal = async () => acquireLock(next, up, folder).catch((error: unknown) => error);
    await vi.waitFor(async () => {
      const { stdout } = await next.run({ command: script('cat /proc/[0-9]*/cmdline | tr "\\0" " "') });
      expect(stdout).toContain('tail -f /dev/null');
    }, atMost);
    expect(await refusal()).toMatchObject({
      message: expect.stringMatching(/^the cluster lab is locked by "up" of /) as string,
      hint: expect.stringContaining('connected still') as string,
    });
    await holder.close();
    await expect(long).rejects.toMatchObject({ code: 'connect.lost' });
    const error = await vi.waitFor(async () => {
      const found = (await refusal()) as BootstrapError;
      expect(found.data?.isOwnerGone).toBe(true);
      return found;
    }, atMost);
    expect(error.code).toBe('lock.held');
    expect(error.message).toMatch(
      /^the cluster lab is locked by what "up" of o'brien@laptop left running, for \d+ s: tail\. /,
    );
    const command = /kill -- -\d+$/.exec(error.hint ?? '')?.[0] ?? 'false';
    await next.run({ command: script(command) });
    await waitForLock(next);
    await next.run({ command: cmd`kill "$(cat ${other})"` });
  });
});

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
    await waitForLock(await host(shell));
  });

  it('is freed when the shell is killed', async () => {
    const holder = await host(shell);
    await acquireLock(holder, up, folder);
    const { stdout } = await holder.run({ command: script('echo $$') });
    process.kill(Number(stdout), 'SIGKILL');
    await waitForLock(await host(shell));
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
