// What goes wrong before a host is connected: one clear error each, from a real sshd or from none.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { script } from '../../../src/core/command.ts';
import { BootstrapError } from '../../../src/core/errors.ts';
import { openSshHost } from '../../../src/transport/connection/ssh-host.ts';
import type { SshTarget } from '../../../src/transport/ssh-target.ts';
import { freePort, makeKey, startSshd, type KeyType, type Sshd } from '../../support/sshd.ts';

let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd({ hostKeys: ['rsa', 'ed25519', 'ecdsa'] });
});

afterAll(async () => {
  await sshd.stop();
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

async function connects(changes: Partial<SshTarget>): Promise<boolean> {
  const host = await openSshHost(sshd.target(changes), sshd.environment);
  const { stdout } = await host.run({ command: script('echo yes') });
  await host.close();
  return stdout === 'yes\n';
}

function knownHosts(name: string, lines: readonly string[]): string {
  const file = join(sshd.directory, name);
  writeFileSync(file, lines.join('\n'));
  return file;
}

describe('the host key', () => {
  const place = (): string => `[127.0.0.1]:${sshd.port}`;

  it.each<KeyType>(['rsa', 'ed25519', 'ecdsa'])(
    'is asked for as the type that is known: %s',
    async (type) => {
      const knownHostsFile = knownHosts(`only-${type}`, [`${place()} ${sshd.publicHostKey(type)}`]);
      expect(await connects({ knownHostsFiles: [knownHostsFile] })).toBe(true);
    },
  );

  it('is found under a hashed name', async () => {
    const knownHostsFile = knownHosts('hashed', [`${place()} ${sshd.publicHostKey('ecdsa')}`, '']);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', knownHostsFile], { stdio: 'ignore' });
    expect(readFileSync(knownHostsFile, 'utf8')).toMatch(/^\|1\|/);
    expect(await connects({ knownHostsFiles: [knownHostsFile] })).toBe(true);
  });

  it('is known after the command of the hint', async () => {
    const knownHostsFile = join(sshd.directory, 'scanned');
    const { hint = '' } = await failure({ knownHostsFiles: [knownHostsFile] });
    const command = /ssh-keyscan .*/.exec(hint)?.[0] ?? 'false';
    execFileSync('sh', ['-c', command], { stdio: 'ignore' });
    expect(await connects({ knownHostsFiles: [knownHostsFile] })).toBe(true);
  });

  it('that is unknown stops with its fingerprint and the way to add it', async () => {
    const error = await failure({ knownHostsFiles: [knownHosts('none', [''])] });
    expect(error).toMatchObject({ code: 'connect.hostKey', exitCode: 4, where: { host: 'node1' } });
    expect(error.message).toMatch(/is not known: it shows the ssh-ed25519 key SHA256:[A-Za-z0-9+/]{43}$/);
    expect(error.hint).toContain(`ssh-keyscan -p ${sshd.port} 127.0.0.1 >>`);
  });

  it('that is unknown and to be remembered by /dev/null stops with a hint that works', async () => {
    const { code, hint = '' } = await failure({ knownHostsFiles: ['/dev/null'] });
    expect(code).toBe('connect.hostKey');
    expect(hint).toContain('Set ssh.knownHostsFile');
    expect(hint).not.toMatch(/>>|UserKnownHostsFile=/);
    const command = /"(ssh-keyscan [^"]*)"/.exec(hint)?.[1] ?? 'false';
    const fingerprints = execFileSync('sh', ['-c', command], { encoding: 'utf8', stdio: 'pipe' });
    expect(fingerprints.match(/SHA256:/g)).toHaveLength(3);
  });

  it('that has changed stops with the line that knows another one', async () => {
    const other = sshd.publicHostKey('ed25519').slice(0, -4);
    const knownHostsFile = knownHosts('changed', ['# ours', `${place()} ${other}AAAA`]);
    const error = await failure({ knownHostsFiles: [knownHostsFile] });
    expect(error.code).toBe('connect.hostKey');
    expect(error.message).toContain(`has CHANGED`);
    expect(error.message).toContain(`${knownHostsFile}:2`);
    expect(error.hint).toContain(`ssh-keygen -f ${knownHostsFile} -R "${place()}"`);
  });

  it('that is revoked stops', async () => {
    const line = `${place()} ${sshd.publicHostKey('ed25519')}`;
    const error = await failure({ knownHostsFiles: [knownHosts('revoked', [line, `@revoked ${line}`])] });
    expect(error.code).toBe('connect.hostKey');
    expect(error.message).toContain('is revoked');
  });

  it('of another type than the known one stops, when the server has no key of that type', async () => {
    const server = await startSshd({ hostKeys: ['ecdsa'] });
    const knownHostsFile = knownHosts('other', [
      `[127.0.0.1]:${server.port} ${sshd.publicHostKey('ed25519')}`,
    ]);
    const error = await failure({ knownHostsFiles: [knownHostsFile] }, server);
    await server.stop();
    expect(error.code).toBe('connect.hostKey');
    expect(error.message).toContain(`only other types of key are known, in ${knownHostsFile}:1`);
  });
});

describe('the login', () => {
  it('with a key that the host does not know says what was tried and what is allowed', async () => {
    const identityFile = makeKey(sshd.directory, 'stranger', 'ed25519');
    const error = await failure({ identityFiles: [identityFile] });
    expect(error).toMatchObject({ code: 'connect.auth', where: { host: 'node1' } });
    expect(error.detail).toMatch(
      new RegExp(`^tried: ${identityFile} \\(SHA256:.*\\)\nthe server allows: publickey$`),
    );
  });

  it('as somebody the host does not know fails likewise', async () => {
    expect((await failure({ user: 'nobody-at-all' })).message).toBe(
      'node1 does not let nobody-at-all log in',
    );
  });

  it('with a key that needs a passphrase points to the agent', async () => {
    const identityFile = makeKey(sshd.directory, 'locked', 'ed25519', 'secret');
    expect(await failure({ identityFiles: [identityFile] })).toMatchObject({
      code: 'connect.key',
      hint: expect.stringContaining(`ssh-add ${identityFile}`) as string,
    });
  });

  it('without any key says so', async () => {
    const { identityFiles: _, identitiesOnly: __, ...bare } = sshd.target();
    const error = await openSshHost(bare, sshd.environment).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'connect.auth',
      detail: 'tried: nothing\nthe server allows: publickey',
    });
  });
});

describe('the way there', () => {
  it('refused: nothing listens', async () => {
    const port = await freePort();
    const error = await failure({ port });
    expect(error.code).toBe('connect.refused');
    expect(error.hint).toContain(`port ${port}`);
  });

  it('unresolved: the name has no address', async () => {
    expect((await failure({ address: 'no..name' })).code).toBe('connect.unresolved');
  });

  it('unreachable: no route', async () => {
    expect((await failure({ address: 'fe80::1' })).code).toBe('connect.unreachable');
  });

  it.each([
    ['says nothing', () => undefined, 'connect.timeout', 'did not finish the login within 1 s'],
    [
      'is no SSH server',
      (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'connect.handshake',
      'spoke no SSH with us',
    ],
    ['hangs up', (socket: Socket) => socket.end(), 'connect.handshake', 'spoke no SSH with us'],
  ])('a server that %s', async (_, behave, code, message) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      behave(socket);
    });
    const port = await listen(server);
    const error = await failure({ port, connectTimeoutMs: 1000 });
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('ends when the run is interrupted', async () => {
    const server = createServer(() => undefined);
    const port = await listen(server);
    const controller = new AbortController();
    const host = openSshHost(sshd.target({ port }), sshd.environment, controller.signal);
    setTimeout(() => {
      controller.abort();
    }, 50);
    await expect(host).rejects.toMatchObject({ code: 'interrupted' });
    server.close();
  });

  it('a server that allows no commands', async () => {
    const server = await startSshd({ config: ['ForceCommand echo "Only backups here"; exit 1'] });
    const error = await failure({}, server);
    await server.stop();
    expect(error).toMatchObject({ code: 'connect.shell', detail: 'Only backups here' });
  });

  it('a login shell that waits for ever', async () => {
    const server = await startSshd({ config: ['ForceCommand echo "press a key"; sleep 10'] });
    const error = await failure({ connectTimeoutMs: 4000 }, server);
    await server.stop();
    expect(error).toMatchObject({ code: 'connect.timeout', detail: 'press a key' });
  });
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
