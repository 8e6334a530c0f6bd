// Pins, hosts that are believed at the first contact, and what happens when their key changes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BootstrapError } from '../../../src/core/errors.ts';
import { openHostWith } from '../../../src/transport/connection/ssh-host.ts';
import { createSshServices } from '../../../src/transport/connection/ssh-services.ts';
import { createConnector } from '../../../src/transport/connector.ts';
import type { TrustedServer } from '../../../src/transport/host-keys/known-hosts-files.ts';
import type { SshTarget } from '../../../src/transport/ssh-target.ts';
import { startSshd, type Sshd } from '../../support/sshd.ts';

let sshd: Sshd;
let count = 0;

beforeAll(async () => {
  sshd = await startSshd({ hostKeys: ['ed25519', 'rsa'] });
});

afterAll(async () => {
  await sshd.stop();
});

/** A file that does not exist yet, nor its directory. */
function newFile(): string {
  count += 1;
  return join(sshd.directory, `known-${count}`, 'known_hosts');
}

async function connect(...targets: readonly SshTarget[]): Promise<void> {
  const connector = createConnector({ targets, environment: sshd.environment });
  try {
    await Promise.all(targets.map(({ name }) => connector.connect(name)));
  } finally {
    await connector.close();
  }
}

async function failure(changes: Partial<SshTarget>): Promise<BootstrapError> {
  const error: unknown = await connect(sshd.target(changes)).catch((reason: unknown) => reason);
  if (error instanceof BootstrapError) return error;
  throw new Error('it connected');
}

function fingerprint(type: 'ed25519' | 'rsa'): string {
  const text = execFileSync('ssh-keygen', ['-lf', join(sshd.directory, `host-${type}.pub`)], {
    encoding: 'utf8',
  });
  return text.split(' ')[1] ?? '';
}

describe('a pin', () => {
  const unknown = { knownHostsFiles: [] };

  it('is a fingerprint', async () => {
    await connect(sshd.target({ ...unknown, hostKey: fingerprint('ed25519') }));
  });

  it.each(['ed25519', 'rsa'] as const)('is a whole key of type %s, which is asked for', async (type) => {
    await connect(sshd.target({ ...unknown, hostKey: sshd.publicHostKey(type) }));
  });

  it('of another key stops, though known_hosts knows the one that is shown', async () => {
    const error = await failure({ hostKey: fingerprint('rsa') });
    expect(error).toMatchObject({ code: 'connect.hostKey', exitCode: 4, where: { host: 'node1' } });
    expect(error.message).toContain(`is not the one that the inventory pins`);
    expect(error.message).toContain(fingerprint('ed25519'));
    expect(error.message).toContain(fingerprint('rsa'));
    expect(error.hint).toContain('ssh-keygen -lf');
  });

  it('does not help a key that is revoked', async () => {
    const file = newFile();
    mkdirSync(join(file, '..'));
    writeFileSync(file, `@revoked * ${sshd.publicHostKey('ed25519')}\n`);
    const error = await failure({ hostKey: fingerprint('ed25519'), knownHostsFiles: [file] });
    expect(error.message).toContain('is revoked');
  });
});

describe('accept-new', () => {
  const acceptNew = { hostKeyChecking: 'accept-new' } as const;

  it('believes a new host and remembers it, for strict runs as well', async () => {
    const file = newFile();
    await connect(sshd.target({ ...acceptNew, knownHostsFiles: [file] }));
    expect(readFileSync(file, 'utf8')).toBe(`[127.0.0.1]:${sshd.port} ${sshd.publicHostKey('ed25519')}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
    await connect(sshd.target({ knownHostsFiles: [file] }));
    await connect(sshd.target({ ...acceptNew, knownHostsFiles: [file] }));
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(2);
  });

  it('believes a host for one run where /dev/null is to remember it, and does not say more', async () => {
    const told: TrustedServer[] = [];
    const services = createSshServices(sshd.environment, undefined, (server) => told.push(server));
    const target = sshd.target({ ...acceptNew, knownHostsFiles: ['/dev/null'] });
    for (const name of ['first', 'again']) {
      const host = await openHostWith(services, { ...target, name });
      await host.close();
    }
    expect(told).toMatchObject([{ name: 'first', file: undefined }]);
  });

  it('is understood by ssh itself', async () => {
    const file = newFile();
    await connect(sshd.target({ ...acceptNew, hashKnownHosts: true, knownHostsFiles: [file] }));
    const found = execFileSync('ssh-keygen', ['-F', `[127.0.0.1]:${sshd.port}`, '-f', file], {
      encoding: 'utf8',
    });
    expect(found).toContain(sshd.publicHostKey('ed25519'));
    const args = ['-F', 'none', '-o', `UserKnownHostsFile=${file}`, '-o', 'StrictHostKeyChecking=yes'];
    const login = ['-i', sshd.identityFile, '-p', String(sshd.port), '127.0.0.1', 'echo in'];
    expect(execFileSync('ssh', [...args, ...login], { encoding: 'utf8' })).toBe('in\n');
  });

  it('hides the name when it is told to', async () => {
    const file = newFile();
    await connect(sshd.target({ ...acceptNew, hashKnownHosts: true, knownHostsFiles: [file] }));
    expect(readFileSync(file, 'utf8')).toMatch(/^\|1\|[^ ]+ ssh-ed25519 /);
    await connect(sshd.target({ knownHostsFiles: [file] }));
  });

  it('keeps what the file holds, also when its last line has no end', async () => {
    const file = newFile();
    mkdirSync(join(file, '..'));
    writeFileSync(file, `other ${sshd.publicHostKey('rsa')}`);
    await connect(sshd.target({ ...acceptNew, knownHostsFiles: [file] }));
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3);
    await connect(sshd.target({ knownHostsFiles: [file] }));
  });

  it('remembers many hosts at once, each in a line of its own', async () => {
    const file = newFile();
    const names = Array.from({ length: 10 }, (_, index) => `node${index}`);
    await connect(
      ...names.map((name) =>
        sshd.target({ ...acceptNew, name, hostKeyAlias: name, knownHostsFiles: [file] }),
      ),
    );
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0]).toSorted()).toEqual(names);
  });

  it('never believes a key that has changed, and shows both', async () => {
    const file = newFile();
    mkdirSync(join(file, '..'));
    const other = await startSshd();
    const known = `[127.0.0.1]:${sshd.port} ${other.publicHostKey('ed25519')}\n`;
    const otherFingerprint = execFileSync('ssh-keygen', ['-lf', join(other.directory, 'host-ed25519.pub')], {
      encoding: 'utf8',
    }).split(' ')[1];
    await other.stop();
    writeFileSync(file, `# mine\n${known}`);
    const error = await failure({ ...acceptNew, knownHostsFiles: [file] });
    expect(error.code).toBe('connect.hostKey');
    expect(error.message).toContain('has CHANGED');
    expect(error.message).toContain(fingerprint('ed25519'));
    expect(error.message).toContain(`${otherFingerprint ?? '?'} in ${file}:2`);
    expect(readFileSync(file, 'utf8')).toBe(`# mine\n${known}`);
  });

  it('says when the key cannot be remembered', async () => {
    const error = await failure({ ...acceptNew, knownHostsFiles: ['/proc/known/known_hosts'] });
    expect(error).toMatchObject({ code: 'connect.hostKey', where: { host: 'node1' } });
    expect(error.message).toContain('cannot remember the host key of node1');
  });
});

describe('a host key under another name', () => {
  it('is found by the alias, without a port', async () => {
    const file = newFile();
    mkdirSync(join(file, '..'));
    writeFileSync(file, `my-host ${sshd.publicHostKey('ed25519')}\n`);
    await connect(sshd.target({ hostKeyAlias: 'my-host', knownHostsFiles: [file] }));
    expect((await failure({ knownHostsFiles: [file] })).code).toBe('connect.hostKey');
  });
});

describe('a host certificate', () => {
  it('is not used, and the message says so, with the line of the authority', async () => {
    const authority = join(sshd.directory, 'authority');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', authority]);
    const signed = await startSshd({ signHostKeysBy: authority });
    const file = newFile();
    mkdirSync(join(file, '..'));
    const key = readFileSync(`${authority}.pub`, 'utf8');
    writeFileSync(file, `@cert-authority * ${key}`);
    const ssh = ['-F', 'none', '-o', `UserKnownHostsFile=${file}`, '-i', signed.identityFile];
    const login = ['-o', 'StrictHostKeyChecking=yes', '-p', String(signed.port), '127.0.0.1', 'echo in'];
    expect(execFileSync('ssh', [...ssh, ...login], { encoding: 'utf8' })).toBe('in\n');
    const error = await createConnector({
      targets: [signed.target({ knownHostsFiles: [file] })],
      environment: signed.environment,
    })
      .connect('node1')
      .catch((reason: unknown) => reason);
    await signed.stop();
    expect(error).toMatchObject({
      code: 'connect.hostKey',
      hint: expect.stringContaining(`The @cert-authority line in ${file}:1 is not used`) as string,
    });
  });
});
