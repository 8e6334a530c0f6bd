// Hosts behind bastions: each hop with its own key and its own verified host key, each chain connected once.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { script } from '../../../src/core/command.ts';
import { BootstrapError } from '../../../src/core/errors.ts';
import { createConnector, type ClosableConnector } from '../../../src/transport/connector.ts';
import { createSecretReader } from '../../../src/transport/login/secret-reader.ts';
import type { SshPeer, SshTarget } from '../../../src/transport/ssh-target.ts';
import { freePort, startSshd, type Sshd } from '../../support/sshd.ts';

const accounts = [{ name: 'guard', shell: '/bin/sh', sudo: 'no', password: 'open sesame' }] as const;

let outer: Sshd;
let inner: Sshd;
let host: Sshd;
const connectors: ClosableConnector[] = [];

beforeAll(async () => {
  outer = await startSshd({ accounts, config: ['PasswordAuthentication yes'] });
  inner = await startSshd();
  host = await startSshd();
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((connector) => connector.close()));
});

afterAll(async () => {
  await Promise.all([outer, inner, host].map((sshd) => sshd.stop()));
});

/** An sshd as a bastion, with the key that only it accepts and the only known_hosts file that knows it. */
function bastion(sshd: Sshd, changes: Partial<SshPeer> = {}): SshPeer {
  const { become: _, ...peer } = sshd.target({ name: `the bastion ${sshd.port}`, ...changes });
  return peer;
}

function connect(targets: readonly SshTarget[]): ClosableConnector {
  const connector = createConnector({
    targets,
    environment: host.environment,
    secrets: createSecretReader({ variables: { GUARD: 'open sesame' } }),
  });
  connectors.push(connector);
  return connector;
}

async function echo(target: SshTarget): Promise<string> {
  const opened = await connect([target]).connect(target.name);
  return (await opened.run({ command: script('echo "$SSH_CONNECTION"') })).stdout;
}

async function failure(changes: Partial<SshTarget>): Promise<BootstrapError> {
  const error: unknown = await connect([host.target(changes)])
    .connect('node1')
    .catch((reason: unknown) => reason);
  if (error instanceof BootstrapError) return error;
  throw new Error('it connected');
}

/** How many logins an sshd has let in. */
function logins(sshd: Sshd): number {
  return readFileSync(join(sshd.directory, 'log'), 'utf8').match(/Accepted/g)?.length ?? 0;
}

describe('a host behind a bastion', () => {
  it('is reached through it', async () => {
    const before = logins(outer);
    expect(await echo(host.target({ jumps: [bastion(outer)] }))).toContain(` ${host.port}\n`);
    expect(logins(outer)).toBe(before + 1);
  });

  it('is reached through two, one behind the other', async () => {
    const before = [logins(outer), logins(inner)];
    const jumps = [bastion(outer), bastion(inner)];
    expect(await echo(host.target({ jumps }))).toContain(` ${host.port}\n`);
    expect([logins(outer), logins(inner)]).toEqual(before.map((count) => count + 1));
  });

  it('is reached through one that wants a password', async () => {
    const guard = { user: 'guard', identityFiles: [], password: { from: 'env', name: 'GUARD' } } as const;
    expect(await echo(host.target({ jumps: [bastion(outer, guard)] }))).not.toBe('');
  });

  it('shares the connection to the bastion with 20 others', async () => {
    const before = logins(outer);
    const jumps = [bastion(outer)];
    const targets = Array.from({ length: 20 }, (_, index) =>
      host.target({ name: `node${index}`, jumps, connectTimeoutMs: 50_000 }),
    );
    const connector = connect(targets);
    const hosts = await Promise.all(targets.map(({ name }) => connector.connect(name)));
    const results = await Promise.all(hosts.map((each) => each.run({ command: script('echo yes') })));
    expect(results.map(({ stdout }) => stdout)).toEqual(targets.map(() => 'yes\n'));
    expect(connector.bastionConnections()).toBe(1);
    expect(logins(outer)).toBe(before + 1);
  });

  it('shares the first bastion with a host behind a longer chain', async () => {
    const before = [logins(outer), logins(inner)];
    const near = host.target({ name: 'near', jumps: [bastion(outer)] });
    const far = host.target({ name: 'far', jumps: [bastion(outer), bastion(inner)] });
    const connector = connect([near, far, { ...far, name: 'far2' }]);
    await Promise.all(['near', 'far', 'far2'].map((name) => connector.connect(name)));
    expect(connector.bastionConnections()).toBe(2);
    expect([logins(outer), logins(inner)]).toEqual(before.map((count) => count + 1));
  });

  it('trusts the bastion by its pin, and the host by its own', async () => {
    const unknown = { knownHostsFiles: [] };
    const jumps = [bastion(outer, { ...unknown, hostKey: outer.publicHostKey('ed25519') })];
    expect(await echo(host.target({ ...unknown, hostKey: host.publicHostKey('ed25519'), jumps }))).not.toBe(
      '',
    );
  });

  it('is remembered with its bastion at the first contact, each under its own name', async () => {
    const file = join(outer.directory, 'both-new');
    const acceptNew = { hostKeyChecking: 'accept-new', knownHostsFiles: [file] } as const;
    await echo(host.target({ ...acceptNew, jumps: [bastion(outer, acceptNew)] }));
    expect(readFileSync(file, 'utf8')).toBe(
      [outer, host].map((sshd) => `[127.0.0.1]:${sshd.port} ${sshd.publicHostKey('ed25519')}\n`).join(''),
    );
  });

  it('carries megabytes both ways', async () => {
    const opened = await connect([host.target({ jumps: [bastion(outer)] })]).connect('node1');
    const stdin = Buffer.alloc(8_000_000, 'x');
    const { stdout } = await opened.run({ command: script('cat'), stdin });
    expect(stdout.length).toBe(8_000_000);
  });
});

describe('a bastion that is in the way', () => {
  it('with a key that has changed stops the run, and names the line', async () => {
    const file = join(outer.directory, 'changed');
    writeFileSync(file, `[127.0.0.1]:${outer.port} ${inner.publicHostKey('ed25519')}\n`);
    const error = await failure({ jumps: [bastion(outer, { knownHostsFiles: [file] })] });
    expect(error).toMatchObject({
      code: 'connect.hostKey',
      exitCode: 4,
      where: { host: 'node1' },
      data: { bastion: `the bastion ${outer.port}`, address: '127.0.0.1', port: outer.port },
    });
    expect(error.message).toMatch(
      /^the way to node1 goes through a bastion .* the bastion \d+ \(127\.0\.0\.1\) has CHANGED/,
    );
    expect(error.message).toContain(`${file}:1`);
  });

  it('with an unknown key stops the run', async () => {
    const error = await failure({ jumps: [bastion(outer, { knownHostsFiles: [] })] });
    expect(error).toMatchObject({ code: 'connect.hostKey' });
    expect(error.message).toContain(`the bastion ${outer.port} (127.0.0.1) is not known`);
  });

  it('with another key than its pin stops the run, though known_hosts knows it', async () => {
    const error = await failure({ jumps: [bastion(outer, { hostKey: inner.publicHostKey('ed25519') })] });
    expect(error).toMatchObject({ code: 'connect.hostKey', where: { host: 'node1' } });
    expect(error.message).toContain(
      `the host key of the bastion ${outer.port} (127.0.0.1) is not the one that the inventory pins`,
    );
  });

  it('with a revoked key stops the run', async () => {
    const file = join(outer.directory, 'revoked');
    writeFileSync(file, `@revoked * ${outer.publicHostKey('ed25519')}\n`);
    const acceptNew = { hostKeyChecking: 'accept-new', knownHostsFiles: [file] } as const;
    const error = await failure({ jumps: [bastion(outer, acceptNew)] });
    expect(error.message).toContain(`is revoked in ${file}:1`);
  });

  it('with a changed key stops the run also where new ones are believed', async () => {
    const file = join(outer.directory, 'changed-since');
    const line = `[127.0.0.1]:${outer.port} ${inner.publicHostKey('ed25519')}\n`;
    writeFileSync(file, line);
    const acceptNew = { hostKeyChecking: 'accept-new', knownHostsFiles: [file] } as const;
    const error = await failure({ jumps: [bastion(outer, acceptNew)] });
    expect(error.message).toContain(`in ${file}:1`);
    expect(readFileSync(file, 'utf8')).toBe(line);
  });

  it('that is the second one is named', async () => {
    const error = await failure({
      jumps: [bastion(outer), bastion(inner, { identityFiles: [outer.identityFile] })],
    });
    expect(error).toMatchObject({ code: 'connect.auth', where: { host: 'node1' } });
    expect(error.message).toContain(`the bastion ${inner.port} does not let`);
    expect(error.detail).toContain(`tried: ${outer.identityFile}`);
  });

  it('that is down is named', async () => {
    const port = await freePort();
    const error = await failure({ jumps: [bastion(outer, { port })] });
    expect(error.code).toBe('connect.refused');
    expect(error.message).toContain(`the bastion ${outer.port} (root@127.0.0.1:${port}) refuses`);
  });

  it('that forwards nothing says so', async () => {
    const closed = await startSshd({ config: ['AllowTcpForwarding no'] });
    const error = await failure({ jumps: [bastion(closed)] });
    await closed.stop();
    expect(error).toMatchObject({
      code: 'connect.unreachable',
      hint: expect.stringContaining('AllowTcpForwarding') as string,
    });
    expect(error.message).toContain(`the bastion ${closed.port} lets nobody connect from there to node1`);
  });

  it.each([
    ['connect.refused', {}, 'cannot reach node1'],
    ['connect.unreachable', { address: 'no-such-name.invalid' }, 'cannot reach node1'],
  ])('that cannot reach the host says so: %s', async (code, place, message) => {
    const error = await failure({ port: await freePort(), ...place, jumps: [bastion(outer)] });
    expect(error).toMatchObject({ code, where: { host: 'node1' } });
    expect(error.message).toContain(`the bastion ${outer.port} ${message}`);
  });

  it('does not hide that the host itself has another key', async () => {
    const error = await failure({ jumps: [bastion(outer)], knownHostsFiles: [] });
    expect(error.message).toMatch(/^the host key of node1 \(127\.0\.0\.1\) is not known/);
  });

  it('does not hide that the host itself is silent', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    const port = await freePort();
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
    const error = await failure({ port, jumps: [bastion(outer)], connectTimeoutMs: 1000 });
    for (const socket of sockets) socket.destroy();
    silent.close();
    expect(error).toMatchObject({ code: 'connect.timeout' });
    expect(error.message).toContain('node1');
  });
});

describe('a bastion that is lost in the middle', () => {
  it('is named, and connected anew by what is asked next', async () => {
    const passing = await startSshd();
    const connector = connect(
      ['node1', 'node2'].map((name) => host.target({ name, jumps: [bastion(passing)] })),
    );
    const hosts = await Promise.all(['node1', 'node2'].map((name) => connector.connect(name)));
    const running = hosts.map((each) => each.run({ command: script('sleep 4731.25') }));
    const settled = Promise.allSettled(running);
    await new Promise((resolve) => setTimeout(resolve, 500));
    passing.dropSessions();
    expect(await settled).toMatchObject(
      ['node1', 'node2'].map((name) => ({
        reason: {
          code: 'connect.lost',
          where: { host: name },
          message: expect.stringContaining(
            `the connection to the bastion ${passing.port} on the way was lost`,
          ) as string,
        },
      })),
    );
    const again = await Promise.all(hosts.map((each) => each.run({ command: script('echo back') })));
    expect(again.map(({ stdout }) => stdout)).toEqual(['back\n', 'back\n']);
    expect(connector.bastionConnections()).toBe(2);
    await connector.close();
    await passing.stop();
  });
});
