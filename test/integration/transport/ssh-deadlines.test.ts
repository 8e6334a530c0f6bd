// Servers, agents and shells that go silent at one stage or another: each ends with an error that says where.
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { script } from '../../../src/core/command.ts';
import { BootstrapError } from '../../../src/core/errors.ts';
import { createConnector, type ClosableConnector } from '../../../src/transport/connector.ts';
import { createSecretReader } from '../../../src/transport/login/secret-reader.ts';
import type { SshEnvironment, SshPeer, SshTarget } from '../../../src/transport/ssh-target.ts';
import { sessionsOf } from '../../support/sessions.ts';
import { freePort, startSshd, type Sshd } from '../../support/sshd.ts';

const password = 'open sesame';
const accounts = [{ name: 'noisy', shell: '/bin/bash', sudo: 'password', password }] as const;

let sshd: Sshd;
const connectors: ClosableConnector[] = [];

beforeAll(async () => {
  sshd = await startSshd({ accounts });
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((connector) => connector.close()));
});

afterAll(async () => {
  await sshd.stop();
});

function connect(targets: readonly SshTarget[], environment = sshd.environment): ClosableConnector {
  const secrets = createSecretReader({ variables: { SUDO: password } });
  const connector = createConnector({ targets, environment, secrets });
  connectors.push(connector);
  return connector;
}

async function failure(
  target: SshTarget,
  environment?: SshEnvironment,
  signal?: AbortSignal,
): Promise<BootstrapError> {
  const error: unknown = await connect([target], environment)
    .connect(target.name, signal)
    .catch((reason: unknown) => reason);
  if (error instanceof BootstrapError) return error;
  throw new Error('it connected');
}

function asBastion(server: Sshd): SshPeer {
  const { become: _, ...peer } = server.target({ name: 'the bastion' });
  return peer;
}

describe('a login that hangs', () => {
  it('in the server, which looks for the key in vain, ends in time', async () => {
    const slow = await startSshd({
      config: ['AuthorizedKeysCommand /bin/sleep 20', 'AuthorizedKeysCommandUser root'],
    });
    const error = await failure(
      slow.target({ identityFiles: [], connectTimeoutMs: 3000, ...stranger(slow) }),
    );
    await slow.stop();
    expect(error).toMatchObject({
      code: 'connect.timeout',
      exitCode: 4,
      where: { host: 'node1' },
      data: { limitMs: 3000 },
    });
    expect(error.message).toContain('did not finish the login within 3 s');
  });

  it('in an agent that never signs, ends in time', async () => {
    const socket = join(sshd.directory, 'stuck-agent');
    const agent = await stuckAgent(socket, sshd.publicHostKey('ed25519'));
    const { identityFiles: _, identitiesOnly: __, ...target } = sshd.target({ connectTimeoutMs: 3000 });
    sshd.authorize(join(sshd.directory, 'host-ed25519.pub'));
    const error = await failure(target, { ...sshd.environment, agentSocket: socket });
    agent.stop();
    expect(error).toMatchObject({ code: 'connect.timeout', where: { host: 'node1' } });
    expect(error.message).toContain('did not finish the login within 3 s');
  });

  it('in an agent that does not even list its keys, costs its time once for all hosts', async () => {
    const socket = join(sshd.directory, 'silent-agent');
    const agent = await stuckAgent(socket);
    const names = ['node1', 'node2', 'node3'];
    const connector = connect(
      names.map((name) => {
        const { identitiesOnly: _, ...target } = sshd.target({ name });
        return target;
      }),
      { ...sshd.environment, agentSocket: socket },
    );
    await connector.unlock();
    await Promise.all(names.map((name) => connector.connect(name)));
    agent.stop();
    expect(agent.visits()).toBe(1);
  });
});

describe('a shell that does not start', () => {
  it('because the server opens no channel, ends in time', async () => {
    const server = await silentServer();
    const error = await failure(
      sshd.target({ port: server.port, hostKey: server.hostKey, connectTimeoutMs: 6000 }),
    );
    server.stop();
    expect(error).toMatchObject({ code: 'connect.timeout', where: { host: 'node1' } });
    expect(error.message).toBe('node1 accepted the login but started no shell within 6 s');
  });

  it('because its profile prints for ever, ends in time and shows what it printed', async () => {
    const server = await startSshd({ config: ['ForceCommand yes "too much"'] });
    const error = await failure(server.target({ connectTimeoutMs: 6000 }));
    await server.stop();
    expect(error).toMatchObject({ code: 'connect.timeout', where: { host: 'node1' } });
    expect(error.detail).toContain('too much');
    expect(error.detail?.length).toBeLessThan(3000);
  });

  it('ends at once when the run is interrupted', async () => {
    const server = await startSshd({ config: ['ForceCommand sleep 20'] });
    const controller = new AbortController();
    const failing = failure(server.target({ connectTimeoutMs: 40_000 }), undefined, controller.signal);
    await expect.poll(() => sessionsOf(server.pid).length, { timeout: 20_000 }).toBeGreaterThan(0);
    setTimeout(() => {
      controller.abort();
    }, 1000);
    expect((await failing).code).toBe('interrupted');
    await server.stop();
  });
});

it('a profile that prints on both streams is no obstacle, even with a sudo that asks', async () => {
  const file = join(sshd.directory, 'noisy', '.bashrc');
  writeFileSync(file, 'echo "Password: ready-"; echo "sudo- [sudo] password:" >&2; seq 1 20000 >&2\n');
  chmodSync(file, 0o644);
  const target = sshd.target({
    user: 'noisy',
    become: true,
    becomePassword: { from: 'env', name: 'SUDO' },
    connectTimeoutMs: 40_000,
  });
  const host = await connect([target]).connect('node1');
  expect((await host.run({ command: script('id -un') })).stdout).toBe('root\n');
});

describe('a bastion that falls silent', () => {
  it('is named when a host behind it does not answer, and does not keep the end waiting', async () => {
    const bastion = await startSshd();
    const jumps = [{ ...asBastion(bastion), keepaliveMs: 60_000 }];
    const behind = (name: string): SshTarget => sshd.target({ name, jumps });
    const connector = connect([behind('node1'), { ...behind('node2'), connectTimeoutMs: 2000 }]);
    await connector.connect('node1');
    const [session = 0] = sessionsOf(bastion.pid);
    process.kill(session, 'SIGSTOP');
    try {
      const error: unknown = await connector.connect('node2').catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'connect.timeout', where: { host: 'node2' } });
      expect((error as Error).message).toContain(
        'did not accept the connection through the bastion within 2 s',
      );
      const started = performance.now();
      await connector.close();
      expect(performance.now() - started).toBeLessThan(15_000);
    } finally {
      process.kill(session, 'SIGKILL');
    }
    await bastion.stop();
  });

  it('is waited for by each host as long as that wants to', async () => {
    const held: Socket[] = [];
    const silent = createServer((socket) => held.push(socket.on('error', () => undefined)));
    const port = await freePort();
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
    const jumps = [{ ...asBastion(sshd), port, connectTimeoutMs: 3000 }];
    const connector = connect(['node1', 'node2'].map((name) => sshd.target({ name, jumps })));
    const controller = new AbortController();
    const both = Promise.allSettled([
      connector.connect('node1', controller.signal),
      connector.connect('node2'),
    ]);
    setTimeout(() => {
      controller.abort();
    }, 500);
    expect(await both).toMatchObject([
      { reason: { code: 'interrupted', where: { host: 'node1' } } },
      { reason: { code: 'connect.timeout', where: { host: 'node2' } } },
    ]);
    for (const socket of held) socket.destroy();
    silent.close();
  });
});

/** A key that is in no file of the server, so that it has to ask its command. */
function stranger(server: Sshd): Partial<SshTarget> {
  return { identityFiles: [join(server.directory, 'host-ed25519')] };
}

/** An agent with one key, which it lists and never signs with; without a key it does not even list. */
async function stuckAgent(path: string, publicKey?: string) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    socket.on('data', (request) => {
      if (publicKey === undefined || request[4] !== 11) return;
      const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
      const body = Buffer.concat([Buffer.from([12]), number(1), number(blob.length), blob, number(0)]);
      socket.write(Buffer.concat([number(body.length), body]));
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    visits: () => sockets.length,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A server that lets everybody in and then answers nothing; sshd itself cannot be stopped just there. */
async function silentServer() {
  const key = ssh2.utils.generateKeyPairSync('ed25519');
  const sockets: ssh2.Connection[] = [];
  const server = new ssh2.Server({ hostKeys: [key.private] }, (client) => {
    sockets.push(client.on('error', () => undefined));
    client.on('authentication', (context) => {
      context.accept();
    });
    client.on('session', () => undefined);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    hostKey: key.public.split(' ').slice(0, 2).join(' '),
    stop: () => {
      for (const socket of sockets) socket.end();
      server.close();
    },
  };
}
