// Passwords: for the login, and for a sudo that asks. Against a real sshd, a real sudo and a real PAM.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { script } from '../../../src/core/command.ts';
import type { BootstrapError } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';
import type { SecretSource } from '../../../src/core/secret-source.ts';
import { openHostWith } from '../../../src/transport/connection/ssh-host.ts';
import { createSshServices } from '../../../src/transport/connection/ssh-services.ts';
import { createSecretReader } from '../../../src/transport/login/secret-reader.ts';
import type { SshTarget } from '../../../src/transport/ssh-target.ts';
import { startedBy } from '../../support/processes.ts';
import { startSshd, type Sshd } from '../../support/sshd.ts';

const right = "pa's \\word $(id) %h ü";
const variables = { RIGHT: right, WRONG: 'something-else', EMPTY: '' };
const fromVariable = (name: string): SecretSource => ({ from: 'env', name });

const accounts = [
  { name: 'paula', shell: '/bin/bash', sudo: 'password', password: right },
  { name: 'fish-paula', shell: '/usr/bin/fish', sudo: 'password', password: right },
  { name: 'csh-paula', shell: '/bin/tcsh', sudo: 'password', password: right },
  { name: 'freda', shell: '/bin/sh', sudo: 'free', password: right },
  { name: 'norman', shell: '/bin/sh', sudo: 'no', password: right },
  { name: 'noel', shell: '/usr/sbin/nologin', sudo: 'free', password: right },
  { name: 'fay', shell: '/bin/false', sudo: 'free', password: right },
] as const;

let byPassword: Sshd;
let byAnswer: Sshd;
let byBoth: Sshd;
const opened: Host[] = [];

beforeAll(async () => {
  byPassword = await startSshd({ accounts, config: ['PasswordAuthentication yes'] });
  byAnswer = await startSshd({ accounts, config: ['UsePAM yes', 'KbdInteractiveAuthentication yes'] });
  byBoth = await startSshd({
    accounts,
    config: ['PasswordAuthentication yes', 'AuthenticationMethods publickey,password'],
  });
});

afterAll(async () => {
  await Promise.all(opened.map((host) => host.close()));
  await Promise.all([byPassword, byAnswer, byBoth].map((sshd) => sshd.stop()));
});

async function open(changes: Partial<SshTarget>, sshd = byPassword): Promise<Host> {
  const services = createSshServices(sshd.environment, createSecretReader({ variables }));
  const host = await openHostWith(services, sshd.target({ user: 'paula', ...changes }));
  opened.push(host);
  return host;
}

/** Logs in with a password alone. */
function withPassword(name: string, changes: Partial<SshTarget> = {}, sshd = byPassword): Promise<Host> {
  return open({ identityFiles: [], password: fromVariable(name), ...changes }, sshd);
}

async function failure(opening: Promise<Host>): Promise<BootstrapError> {
  return opening.then(
    () => Promise.reject(new Error('it connected')),
    (error: unknown) => error as BootstrapError,
  );
}

async function output(host: Host, text: string): Promise<string> {
  return (await host.run({ command: script(text) })).stdout;
}

describe('a login by password', () => {
  it('takes it from an environment variable', async () => {
    expect(await output(await withPassword('RIGHT'), 'id -un')).toBe('paula\n');
  });

  it('takes it from the first line of a file', async () => {
    const path = join(byPassword.directory, 'password');
    writeFileSync(path, `${right}\nmore\n`);
    const host = await open({ identityFiles: [], password: { from: 'file', path } });
    expect(await output(host, 'id -un')).toBe('paula\n');
  });

  it('answers a server that asks questions', async () => {
    expect(await output(await withPassword('RIGHT', {}, byAnswer), 'id -un')).toBe('paula\n');
  });

  it('goes on with a server that wants a key and then a password', async () => {
    expect(await output(await open({ password: fromVariable('RIGHT') }, byBoth), 'id -un')).toBe('paula\n');
  });

  it('is not needed where the key is enough', async () => {
    expect(await output(await open({ password: fromVariable('WRONG') }), 'id -un')).toBe('paula\n');
  });

  it.each([
    ['password', () => byPassword],
    ['keyboard-interactive', () => byAnswer],
  ])('that is wrong is tried once, by %s', async (_, sshd) => {
    const error = await failure(withPassword('WRONG', {}, sshd()));
    expect(error).toMatchObject({ code: 'connect.auth', where: { host: 'node1' }, data: { user: 'paula' } });
    expect(error.detail).toContain('tried: the password from the environment variable WRONG');
    expect(error.hint).toContain('Is the password right?');
    const log = readFileSync(join(sshd().directory, 'log'), 'utf8');
    const failed = /Failed password for paula|PAM: Authentication failure for paula/g;
    expect(log.match(failed)?.length).toBe(1);
  });

  it('that is wanted and not given says how to give it', async () => {
    const error = await failure(open({ identityFiles: [] }, byAnswer));
    expect(error.code).toBe('connect.auth');
    const missing = await failure(open({}, byBoth));
    expect(missing).toMatchObject({
      code: 'connect.auth',
      detail: expect.stringContaining('the server allows: password') as string,
      hint: 'The server wants a password: set ssh.password, or use --ask-pass.',
    });
  });

  it.each([
    [fromVariable('EMPTY'), 'there is no SSH password in the environment variable EMPTY'],
    [fromVariable('UNSET'), 'there is no SSH password in the environment variable UNSET'],
    [
      { from: 'file', path: '/no/such' } as const,
      'cannot read the SSH password from /no/such: there is no such file',
    ],
    [
      { from: 'terminal', question: 'SSH password' } as const,
      'the SSH password is to be asked for, and there is no terminal to ask on',
    ],
  ])('from %o says that it is not to be had', async (password, message) => {
    expect(await failure(open({ identityFiles: [], password }))).toMatchObject({
      code: 'connect.secret',
      exitCode: 4,
      message,
      hint: expect.any(String) as string,
    });
  });
});

describe('a sudo password', () => {
  const sudo = (name: string): Partial<SshTarget> => ({ become: true, becomePassword: fromVariable(name) });

  it.each(['paula', 'fish-paula', 'csh-paula'])('lets %s become root', async (user) => {
    const host = await open({ user, ...sudo('RIGHT') });
    expect(await output(host, 'id -un; echo "$HOME"; cat')).toBe('root\n/root\n');
    const echoed = await host.run({ command: script('cat; echo err >&2'), stdin: 'to cat' });
    expect(echoed).toMatchObject({ stdout: 'to cat', stderr: 'err\n' });
  });

  it('is not asked for where sudo is free, and reaches no command', async () => {
    const host = await open({ user: 'freda', ...sudo('WRONG') });
    expect(await output(host, 'id -un; cat')).toBe('root\n');
  });

  it('that is wrong fails at once, with one try', async () => {
    const started = performance.now();
    const error = await failure(open(sudo('WRONG')));
    expect(error).toMatchObject({
      code: 'connect.sudo',
      exitCode: 4,
      message: 'sudo on node1 did not accept the password',
      detail: expect.stringContaining('Sorry, try again.') as string,
      hint: expect.stringContaining('the password of the user who logs in') as string,
    });
    expect(error.detail).not.toMatch(/sudo-[0-9a-f]/);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('does not help who may not use sudo', async () => {
    const error = await failure(open({ user: 'norman', ...sudo('RIGHT') }));
    expect(error).toMatchObject({
      code: 'connect.sudo',
      message: 'sudo on node1 does not allow this user to become root',
      detail: expect.stringContaining('norman is not in the sudoers file') as string,
    });
  });

  it.each([
    { user: 'noel', password: {} },
    { user: 'noel', password: sudo('RIGHT') },
    { user: 'fay', password: {} },
    { user: 'fay', password: sudo('RIGHT') },
  ])('is not blamed where $user has no shell', async ({ user, password }) => {
    const error = await failure(open({ user, become: true, ...password }));
    expect(error).toMatchObject({
      code: 'connect.shell',
      hint: expect.stringContaining('no shell (nologin or false in /etc/passwd)') as string,
    });
  });

  it('that is missing says how to give it', async () => {
    const error = await failure(open({ become: true }));
    expect(error).toMatchObject({
      code: 'connect.sudo',
      hint: expect.stringContaining('--ask-become-pass, or become.password') as string,
    });
  });

  it('is not read for root without sudo', async () => {
    const host = await open({ user: 'root', become: false, becomePassword: fromVariable('UNSET') });
    expect(await output(host, 'id -un')).toBe('root\n');
  });

  it('also opens the second shell, which stops a command that takes too long', async () => {
    const host = await open(sudo('RIGHT'));
    const late = host.run({ command: script('sleep 4721.25'), timeoutMs: 300 });
    await expect(late).rejects.toMatchObject({ code: 'command.timeout' });
    expect(startedBy(byPassword.pid).filter((line) => line.includes('4721.25'))).toEqual([]);
    expect(await output(host, 'id -un')).toBe('root\n');
  });

  it('carries many requests in one connection and flight', async () => {
    const host = await open(sudo('RIGHT'));
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, index) => host.run({ command: script(`echo ${index}`) })),
    );
    expect(results.map(({ stdout }) => stdout)).toEqual(
      Array.from({ length: 200 }, (_, index) => `${index}\n`),
    );
    expect(host.statistics()).toEqual({ connections: 1, requests: 200, roundTrips: 1 });
  });
});

describe('passwords', () => {
  it('stand on no command line, in no environment and in no log of the host', async () => {
    const host = await withPassword('RIGHT', { become: true, becomePassword: fromVariable('RIGHT') });
    const environments = await output(host, 'cat /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"');
    const commands = startedBy(byPassword.pid);
    expect(commands.some((line) => line.startsWith('sudo -S'))).toBe(true);
    expect(commands.filter((line) => line.includes(right))).toEqual([]);
    expect(environments).not.toContain(right);
    expect(readFileSync(join(byPassword.directory, 'log'), 'utf8')).not.toContain(right);
  });
});
