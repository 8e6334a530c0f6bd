// The Host port over SSH, against a real sshd.
import { execFileSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cmd, script } from '../../../src/core/command.ts';
import type { Host } from '../../../src/core/host.ts';
import { openSshHost } from '../../../src/transport/connection/ssh-host.ts';
import type { SshTarget } from '../../../src/transport/ssh-target.ts';
import { startedBy } from '../../support/processes.ts';
import { startSshd, type Sshd } from '../../support/sshd.ts';

const accounts = [
  { name: 'fish-user', shell: '/usr/bin/fish', sudo: 'free' },
  { name: 'csh-user', shell: '/bin/tcsh', sudo: 'free' },
  { name: 'bash-user', shell: '/bin/bash', sudo: 'free' },
  { name: 'dash-user', shell: '/bin/dash', sudo: 'free' },
  { name: 'with-password', shell: '/bin/sh', sudo: 'password' },
  { name: 'without-sudo', shell: '/bin/sh', sudo: 'no' },
  { name: 'without-shell', shell: '/usr/sbin/nologin', sudo: 'no' },
] as const;

/** Makes the durations of this run's `sleep` its own: nothing else on this machine has them. */
const mark = randomInt(100_000_000, 999_999_999);
const napping = (number: number): string => `${number}.${mark}`;

let sshd: Sshd;
const opened: Host[] = [];

beforeAll(async () => {
  sshd = await startSshd({ accounts });
  for (const profile of ['.bashrc', '.bash_profile', '.profile'])
    writeFileSync(
      join(sshd.directory, 'bash-user', profile),
      'echo "Welcome ~ to this machine"; echo careful >&2\n',
    );
});

afterAll(async () => {
  await Promise.all(opened.map((host) => host.close()));
  await sshd.stop();
});

async function open(changes: Partial<SshTarget> = {}): Promise<Host> {
  const host = await openSshHost(sshd.target(changes), sshd.environment);
  opened.push(host);
  return host;
}

async function output(host: Host, text: string): Promise<string> {
  return (await host.run({ command: script(text) })).stdout;
}

/**
 * Ids of the processes that have the text on their command line, the dead ones not yet collected left out. It must be
 * one of `napping`: what sshd started may have lost its parent by then, so all processes are looked through.
 */
function processesWith(text: string): readonly string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => line.includes(text))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, state]) => state?.startsWith('Z') !== true)
    .map(([pid = '']) => pid);
}

describe('a login shell', () => {
  it.each(['fish-user', 'csh-user', 'bash-user', 'dash-user'])('of %s does not matter', async (user) => {
    const host = await open({ user });
    expect(await output(host, 'id -un; echo "$x\\$x"')).toBe(`${user}\n$x\n`);
  });

  it.each(['fish-user', 'csh-user', 'bash-user'])('of %s does not matter for sudo either', async (user) => {
    const host = await open({ user, become: true });
    expect(await output(host, 'id -un; echo "$HOME"')).toBe('root\n/root\n');
  });

  it('that lets nobody in is shown', async () => {
    await expect(open({ user: 'without-shell' })).rejects.toMatchObject({
      code: 'connect.shell',
      detail: expect.stringContaining('This account is currently not available') as string,
    });
  });
});

describe('sudo', () => {
  it.each(['with-password', 'without-sudo'])('says no to the user %s', async (user) => {
    await expect(open({ user, become: true })).rejects.toMatchObject({
      code: 'connect.sudo',
      detail: expect.stringContaining('sudo: a password is required') as string,
      hint: expect.stringContaining('NOPASSWD') as string,
    });
  });

  it('is not needed to log in', async () => {
    const host = await open({ user: 'without-sudo' });
    expect(await output(host, 'id -un')).toBe('without-sudo\n');
  });
});

describe('requests', () => {
  it('share one connection and a round trip when sent together, and come back in order', async () => {
    const host = await open();
    const results = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        host.run({ command: cmd`echo ${index}; exit ${index % 100}` }),
      ),
    );
    expect(results.map(({ stdout, exitCode }) => [stdout, exitCode])).toEqual(
      Array.from({ length: 1000 }, (_, index) => [`${index}\n`, index % 100]),
    );
    expect(host.statistics()).toEqual({ connections: 1, requests: 1000, roundTrips: 1 });
  });

  it('bring megabytes back from both streams at once', async () => {
    const host = await open();
    const text = 'head -c 4194304 /dev/zero | tr "\\0" x & head -c 4194304 /dev/zero | tr "\\0" y >&2; wait';
    const { stdout, stderr } = await host.run({ command: script(text) });
    expect(stdout === 'x'.repeat(4_194_304)).toBe(true);
    expect(stderr === 'y'.repeat(4_194_304)).toBe(true);
  });

  it('carry megabytes of stdin', async () => {
    const host = await open();
    const stdin = randomBytes(4_000_000);
    const { stdout } = await host.run({ command: script('base64 -w0'), stdin });
    expect(stdout === stdin.toString('base64')).toBe(true);
  });

  it('show nothing in the process list but a plain sh', async () => {
    const host = await open({ user: 'dash-user', become: true });
    expect(await output(host, 'id -un')).toBe('root\n');
    const commands = startedBy(sshd.pid);
    expect(commands).toContain('sudo -n -H -- /bin/sh -c read -r p; eval "$p"');
    const shells = commands.filter((command) => !command.startsWith('sshd'));
    expect(
      shells.filter((command) => !/^(sudo -n -H -- )?\/bin\/sh -c read -r p; eval "\$p"$/.test(command)),
    ).toEqual([]);
  });
});

describe('a command that does not end', () => {
  it('is killed with all it started when its time is over, and the host goes on', async () => {
    const host = await open();
    const late = host.run({
      command: script(`(sleep ${napping(4711)}; true) | cat; echo unreachable`),
      timeoutMs: 500,
    });
    const behind = host.run({ command: script('echo behind') });
    await expect(late).rejects.toMatchObject({
      code: 'command.timeout',
      where: { host: 'node1' },
      data: { limitMs: 500 },
    });
    expect(processesWith(napping(4711))).toEqual([]);
    expect(await behind).toMatchObject({ stdout: 'behind\n' });
    expect(host.statistics().connections).toBe(1);
  });

  it('is killed through sudo as well', async () => {
    const host = await open({ user: 'fish-user', become: true });
    const late = host.run({ command: script(`sleep ${napping(4712)}`), timeoutMs: 300 });
    await expect(late).rejects.toMatchObject({ code: 'command.timeout' });
    expect(processesWith(napping(4712))).toEqual([]);
    expect(await output(host, 'id -u')).toBe('0\n');
  });

  it('is killed when it does not read its large stdin', async () => {
    const host = await open();
    const stdin = Buffer.alloc(20_000_000);
    const late = host.run({ command: script(`sleep ${napping(4713)}`), stdin, timeoutMs: 500 });
    await expect(late).rejects.toMatchObject({ code: 'command.timeout' });
    expect(processesWith(napping(4713))).toEqual([]);
    expect(await output(host, 'echo next')).toBe('next\n');
  });

  it('is killed when the run is interrupted', async () => {
    const host = await open();
    const controller = new AbortController();
    const result = host.run({ command: script(`sleep ${napping(4714)}`), signal: controller.signal });
    await expect.poll(() => processesWith(napping(4714))).not.toEqual([]);
    controller.abort();
    await expect(result).rejects.toMatchObject({ code: 'interrupted' });
    expect(processesWith(napping(4714))).toEqual([]);
  });
});

describe('what breaks on the way', () => {
  it('a killed shell fails what ran, and is started again for the rest', async () => {
    const host = await open();
    const results = await Promise.allSettled([
      host.run({ command: script('kill -9 $$; sleep 1') }),
      host.run({ command: script('echo behind') }),
    ]);
    expect(results).toMatchObject([
      { reason: { code: 'connect.lost', message: expect.stringContaining('its shell ended') as string } },
      { value: { stdout: 'behind\n' } },
    ]);
    expect(host.statistics().connections).toBe(1);
  });

  it('a lost connection fails what ran, and is opened again by the next request', async () => {
    const host = await open();
    const results = Promise.allSettled([
      host.run({ command: script(`sleep ${napping(4715)}`) }),
      host.run({ command: script('echo behind') }),
    ]);
    await expect.poll(() => processesWith(`sleep ${napping(4715)}`)).toHaveLength(1);
    const [sleeper = ''] = processesWith(`sleep ${napping(4715)}`);
    process.kill(sessionOf(Number(sleeper)), 'SIGKILL');
    expect(await results).toMatchObject([
      {
        reason: {
          code: 'connect.lost',
          message: expect.stringContaining('while a command was running') as string,
        },
      },
      {
        reason: {
          code: 'connect.lost',
          message: expect.stringContaining('before the command began') as string,
        },
      },
    ]);
    process.kill(Number(sleeper));
    expect(await output(host, 'echo next')).toBe('next\n');
    expect(host.statistics().connections).toBe(2);
  });

  it('a connection that goes silent is noticed by its missing signs of life', async () => {
    const host = await open({ keepaliveMs: 500, keepaliveLimit: 2 });
    const pid = Number(await output(host, 'echo $$'));
    const session = sessionOf(pid);
    process.kill(session, 'SIGSTOP');
    try {
      await expect(host.run({ command: script('true') })).rejects.toMatchObject({
        code: 'connect.lost',
        message: expect.stringContaining('Keepalive timeout') as string,
      });
    } finally {
      process.kill(session, 'SIGKILL');
    }
  });

  it('a command never takes a cut stdin for a whole one', async () => {
    const host = await open();
    const file = join(sshd.directory, 'whole');
    const pid = Number(await output(host, 'echo $$'));
    const command = cmd`cat >${`${file}.new`} && mv ${`${file}.new`} ${file}`;
    // More than all buffers on the way hold, to a reader that is slow to start.
    const request = host.run({ command: cmd`sleep 1; ${command}`, stdin: Buffer.alloc(40_000_000) });
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(sessionOf(pid), 'SIGKILL');
    await expect(request).rejects.toMatchObject({ code: 'connect.lost' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(() => statSync(file)).toThrow('ENOENT');
  });
});

describe('uploads', () => {
  it('copy a large file with its mode, in constant memory, and report progress', async () => {
    const host = await open();
    const localPath = join(sshd.directory, 'large');
    const size = 100 * 1024 * 1024;
    writeFileSync(localPath, '');
    truncateSync(localPath, size);
    writeFileSync(localPath, 'begin', { flag: 'r+' });
    const path = join(sshd.directory, "it's copied");
    const seen: number[] = [];
    let largest = 0;
    const before = process.memoryUsage().rss;
    await host.upload({
      localPath,
      path,
      mode: 0o750,
      onProgress: (bytes) => {
        seen.push(bytes);
        largest = Math.max(largest, process.memoryUsage().rss - before);
      },
    });
    expect(execFileSync('cmp', [localPath, path]).toString()).toBe('');
    expect(statSync(path).mode & 0o7777).toBe(0o750);
    expect(seen.at(-1)).toBe(size);
    expect(seen.length).toBeGreaterThan(100);
    expect(largest).toBeLessThan(64 * 1024 * 1024);
  });

  it('copy an empty file', async () => {
    const host = await open();
    const localPath = join(sshd.directory, 'empty');
    writeFileSync(localPath, '');
    await host.upload({ localPath, path: `${localPath}.copy`, mode: 0o600 });
    expect(readFileSync(`${localPath}.copy`, 'utf8')).toBe('');
  });

  it('say why they failed, and the host goes on', async () => {
    const host = await open({ user: 'dash-user' });
    const localPath = join(sshd.directory, 'some');
    writeFileSync(localPath, Buffer.alloc(3_000_000));
    chmodSync(localPath, 0o644);
    await expect(host.upload({ localPath, path: '/proc/none', mode: 0o600 })).rejects.toMatchObject({
      code: 'command.failed',
      detail: expect.stringContaining('/proc/none') as string,
    });
    expect(await output(host, 'echo next')).toBe('next\n');
  });

  it('of a file that shrinks on the way fail without leaving the host out of step', async () => {
    const host = await open();
    const localPath = join(sshd.directory, 'shrinking');
    writeFileSync(localPath, Buffer.alloc(30_000_000));
    const path = `${localPath}.copy`;
    const upload = host.upload({
      localPath,
      path,
      mode: 0o600,
      onProgress: (bytes) => {
        if (bytes < 1_000_000) truncateSync(localPath, 2_000_000);
      },
    });
    await expect(upload).rejects.toMatchObject({ code: 'file.unreadable' });
    expect(await output(host, 'echo next')).toBe('next\n');
  });
});

/** The sshd process that serves a process: the first of its ancestors that is one. */
function sessionOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const parent = Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]);
  const name = readFileSync(`/proc/${parent}/comm`, 'utf8').trim();
  return name === 'sshd' ? parent : sessionOf(parent);
}
