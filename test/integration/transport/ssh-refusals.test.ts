// Accounts that sshd and PAM do not let in, and what they say of it: by a real sshd and a real PAM.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cmd, script } from '../../../src/core/command.ts';
import { BootstrapError } from '../../../src/core/errors.ts';
import type { ConnectRetry } from '../../../src/core/host.ts';
import { openSshHost } from '../../../src/transport/connection/ssh-host.ts';
import { createConnector } from '../../../src/transport/connector.ts';
import type { SshTarget } from '../../../src/transport/ssh-target.ts';
import { freePort, startSshd, type Sshd } from '../../support/sshd.ts';

let sshd: Sshd;
/** PAM's nologin file, and a banner. */
let nologin: string;
let issue: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'refusals-'));
  nologin = join(folder, 'nologin');
  issue = join(folder, 'issue');
  writeFileSync(issue, 'Property of Example Ltd.\nAll is logged.\n');
  sshd = await startSshd({
    accounts: [
      { name: 'admin', shell: '/bin/sh', sudo: 'free' },
      { name: 'gone', shell: '/bin/sh', sudo: 'free', expired: 'account' },
      { name: 'stale', shell: '/bin/sh', sudo: 'free', expired: 'password' },
      { name: 'barred', shell: '/bin/sh', sudo: 'free' },
      { name: 'tty', shell: '/bin/sh', sudo: 'free', sudoers: ['Defaults:tty requiretty'] },
    ],
    pam: [
      `account required pam_nologin.so file=${nologin}`,
      'account required pam_succeed_if.so quiet user != barred',
      'account required pam_unix.so',
    ],
  });
});

afterAll(async () => {
  await sshd.stop();
  rmSync(folder, { recursive: true });
});

async function failure(changes: Partial<SshTarget>, server = sshd): Promise<BootstrapError> {
  try {
    const host = await openSshHost(server.target(changes), server.environment);
    await host.close();
  } catch (error) {
    if (error instanceof BootstrapError) return error;
    throw error;
  }
  throw new Error('it connected');
}

describe('an account that PAM closes', () => {
  it('because the host boots: its sentence, and that the key was right', async () => {
    writeFileSync(nologin, 'System is booting up. Unprivileged users are not permitted to log in yet.\n');
    try {
      const error = await failure({ user: 'admin', become: true });
      expect(error).toMatchObject({
        code: 'connect.auth',
        exitCode: 4,
        data: { user: 'admin', isPassing: true },
      });
      expect(error.message).toBe(
        'node1 accepts the key of admin, but does not let admin in: System is booting up. Unprivileged users are not permitted to log in yet.',
      );
      expect(error.hint).toMatch(/\/run\/nologin/);
      expect(error.hint).not.toMatch(/authorized_keys/);
    } finally {
      rmSync(nologin);
    }
  });

  it('is tried again until it may log in', async () => {
    writeFileSync(nologin, 'System is booting up. Unprivileged users are not permitted to log in yet.\n');
    const connector = createConnector({
      targets: [sshd.target({ user: 'admin', become: true })],
      environment: sshd.environment,
    });
    const retries: ConnectRetry[] = [];
    const host = await connector.connect('node1', undefined, (retry) => {
      retries.push(retry);
      rmSync(nologin);
    });
    expect((await host.run({ command: script('id -un') })).stdout).toBe('root\n');
    await connector.close();
    expect(retries).toMatchObject([{ attempt: 1, pauseMs: 1000, error: { code: 'connect.auth' } }]);
  });

  it('because it has expired', async () => {
    const error = await failure({ user: 'gone' });
    expect(error).toMatchObject({ code: 'connect.auth', exitCode: 4 });
    expect(error.message).toMatch(
      /^node1 accepts the key of gone, but does not let gone in: .*account has expired/,
    );
    expect(error.hint).toContain('chage -E -1 gone');
    expect(error.data?.isPassing).toBeUndefined();
  });

  it('without a word', async () => {
    const error = await failure({ user: 'barred' });
    expect(error.code).toBe('connect.auth');
    expect(error.message).toBe('node1 does not let barred log in');
    expect(error.hint).toMatch(/PAM/);
  });

  it('because its password has to be changed', async () => {
    const error = await failure({ user: 'stale' });
    expect(error).toMatchObject({ code: 'connect.shell', exitCode: 4 });
    expect(error.detail).toMatch(/password has expired/i);
    expect(error.hint).toMatch(/password .*expired/);
    expect(error.hint).not.toMatch(/nologin/);
  });
});

describe('a host that refuses connections', () => {
  async function refusal(changes: Partial<SshTarget>) {
    const target = sshd.target({ port: await freePort(), ...changes });
    const connector = createConnector({ targets: [target], environment: sshd.environment });
    let retries = 0;
    const connecting = connector.connect('node1', undefined, () => (retries += 1));
    const error: unknown = await connecting.catch((reason: unknown) => reason);
    await connector.close();
    return { error, retries };
  }

  it('is not waited for', async () => {
    const { error, retries } = await refusal({});
    expect(error).toMatchObject({
      code: 'connect.refused',
      hint: expect.stringContaining('ssh.bootTimeout') as string,
    });
    expect(retries).toBe(0);
  });

  it('is waited for where somebody says for how long, and no longer', async () => {
    const { error, retries } = await refusal({ bootTimeoutMs: 4000 });
    expect(error).toMatchObject({
      code: 'connect.refused',
      hint: expect.stringContaining('tried again for 4 s') as string,
    });
    expect(retries).toBeGreaterThan(0);
  });
});

it('a sudo that wants a terminal is called so', async () => {
  const error = await failure({ user: 'tty', become: true });
  expect(error).toMatchObject({ code: 'connect.sudo', exitCode: 4 });
  expect(error.hint).toMatch(/requiretty/);
});

it('a command is ended also where sshd allows one session for each connection', async () => {
  const server = await startSshd({ config: ['MaxSessions 1'] });
  const host = await openSshHost(server.target(), server.environment);
  const stopping = new AbortController();
  const mark = join(folder, 'mark');
  const command = cmd`echo $$ >${mark}; exec sleep 300`;
  const running = host.run({ command, signal: stopping.signal });
  const written = () => {
    expect(readFileSync(mark, 'utf8')).not.toBe('');
  };
  await vi.waitFor(written, { timeout: 20_000 });
  stopping.abort();
  const error: unknown = await running.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'interrupted', data: undefined });
  expect(host.statistics().connections).toBe(2);
  // The shell of the loop, and with it what it ran.
  expect(existsSync(`/proc/${readFileSync(mark, 'utf8').trim()}`)).toBe(false);
  await host.close();
  await server.stop();
});

describe('a banner', () => {
  it('does not stand in the way of a login, and is shown when there is none', async () => {
    const server = await startSshd({ config: [`Banner ${issue}`] });
    try {
      const host = await openSshHost(server.target(), server.environment);
      await host.close();
      const error = await failure({ user: 'nobody-of-this-name' }, server);
      expect(error.message).toBe('node1 does not let nobody-of-this-name log in');
      expect(error.detail).toContain(`the server says: Property of Example Ltd.\nAll is logged.`);
    } finally {
      await server.stop();
    }
  });
});

describe('a forced command in place of a shell', () => {
  const sentence = 'Please login as the user "admin" rather than the user "root".';

  async function forced(command: string, changes: Partial<SshTarget> = {}): Promise<BootstrapError> {
    const server = await startSshd();
    const keys = join(server.directory, 'authorized_keys');
    writeFileSync(keys, `no-port-forwarding,command="${command}" ${readFileSync(keys, 'utf8')}`);
    try {
      return await failure(changes, server);
    } finally {
      await server.stop();
    }
  }

  it('that names another user leads to that user', async () => {
    const error = await forced(`echo '${sentence.replaceAll('"', '\\"')}';echo;sleep 1;exit 142`);
    expect(error).toMatchObject({ code: 'connect.shell', exitCode: 4, detail: sentence });
    expect(error.hint).toContain('Set ssh.user to "admin"');
    expect(error.hint).not.toMatch(/usermod/);
  });

  it('is still heard when it takes longer than we wait', async () => {
    const error = await forced(`echo '${sentence.replaceAll('"', '\\"')}';exec sleep 60`, {
      connectTimeoutMs: 5000,
    });
    expect(error).toMatchObject({ code: 'connect.timeout', exitCode: 4, detail: sentence });
    expect(error.hint).toContain('Set ssh.user to "admin"');
  });

  it('that only says something is called what it is', async () => {
    const error = await forced('echo backups only');
    expect(error).toMatchObject({ code: 'connect.shell', detail: 'backups only' });
    expect(error.hint).toMatch(/ForceCommand/);
  });
});
