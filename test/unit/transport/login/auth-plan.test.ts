// Which keys are tried, and what is said when none can be.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, describe, expect, it } from 'vitest';
import { generateKeyPair } from '../../../../src/lab/node/key-pair.ts';
import { authError } from '../../../../src/transport/login/auth-error.ts';
import { planAuth } from '../../../../src/transport/login/auth-plan.ts';
import { readIdentity } from '../../../../src/transport/login/identity-file.ts';
import { Keyring } from '../../../../src/transport/login/keyring.ts';
import { createSecretReader } from '../../../../src/transport/login/secret-reader.ts';
import { expandHome } from '../../../../src/transport/ssh-target.ts';

const homeDirectory = mkdtempSync(join(tmpdir(), 'ssh-auth-'));
const secrets = createSecretReader({ variables: {} });
const services = {
  environment: { homeDirectory, agentSocket: undefined, systemKnownHostsFiles: [] },
  keyring: new Keyring(secrets),
  secrets,
};
mkdirSync(join(homeDirectory, '.ssh'));
const plain = write('id_ed25519', generateKeyPair('test'));
const locked = write(
  'id_ecdsa',
  ssh2.utils.generateKeyPairSync('ecdsa', {
    bits: 256,
    passphrase: 'secret',
    cipher: 'aes256-ctr',
    rounds: 1,
  }),
);

function write(name: string, keys: { readonly private: string; readonly public: string }): string {
  const path = join(homeDirectory, '.ssh', name);
  writeFileSync(path, keys.private);
  return path;
}

afterAll(() => {
  rmSync(homeDirectory, { recursive: true });
});

describe('planAuth', () => {
  it('tries only the identity file when there is one', async () => {
    const plan = await planAuth(
      { name: 'n', identityFiles: ['~/.ssh/id_ed25519'], identitiesOnly: true },
      services,
    );
    expect(plan.attempts.map(({ label }) => label)).toEqual([expect.stringContaining(`${plain} (SHA256:`)]);
    expect(plan.attempts[0]?.method('me', () => undefined)).toMatchObject({
      type: 'publickey',
      username: 'me',
    });
  });

  it('tries the usual files without one, and says why one is left out', async () => {
    const plan = await planAuth({ name: 'n' }, services);
    expect(plan.attempts).toHaveLength(1);
    expect(plan.skipped).toEqual([`${locked} needs a passphrase`]);
  });

  it('points to the agent for a key with a passphrase', async () => {
    await expect(
      planAuth({ name: 'n', identityFiles: [locked], identitiesOnly: true }, services),
    ).rejects.toMatchObject({
      code: 'connect.key',
      where: { host: 'n' },
      message: `the key ${locked} needs a passphrase`,
      hint: expect.stringContaining(`ssh-add ${locked}`) as string,
    });
  });

  it.each([
    ['is missing', 'absent', 'there is no such file'],
    ['is no key', 'text', 'Unsupported key format'],
    ['is a directory', 'directory', 'EISDIR'],
    ['is a public key', 'id.pub', 'it is a public key'],
  ])('says when the identity file %s', async (_, name, reason) => {
    mkdirSync(join(homeDirectory, 'directory'), { recursive: true });
    writeFileSync(join(homeDirectory, 'text'), 'hello');
    writeFileSync(join(homeDirectory, 'id.pub'), generateKeyPair('test').public);
    await expect(
      planAuth({ name: 'n', identityFiles: [join(homeDirectory, name)], identitiesOnly: true }, services),
    ).rejects.toMatchObject({
      code: 'connect.key',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('goes on without an agent that does not answer', async () => {
    const plan = await planAuth(
      { name: 'n' },
      { ...services, environment: { ...services.environment, agentSocket: '/nowhere' } },
    );
    expect(plan.attempts).toHaveLength(1);
    expect(plan.skipped[0]).toMatch(/^the agent at \/nowhere does not answer/);
  });
});

describe('readIdentity', () => {
  it('knows whose an encrypted key is without its passphrase', async () => {
    const identity = await readIdentity(locked);
    expect(identity).toMatchObject({ state: 'encrypted' });
    expect(identity.state === 'encrypted' && identity.publicKey?.toString('latin1')).toContain(
      'ecdsa-sha2-nistp256',
    );
  });

  it('takes the public key from the file next to a missing one', async () => {
    const keys = generateKeyPair('test');
    writeFileSync(join(homeDirectory, 'elsewhere.pub'), keys.public);
    const identity = await readIdentity(join(homeDirectory, 'elsewhere'));
    expect(identity).toMatchObject({ state: 'missing' });
    expect(identity.state === 'missing' && identity.publicKey?.toString('base64')).toBe(
      keys.public.split(' ')[1],
    );
  });
});

describe('authError', () => {
  it('says what was tried, what was not, and what the server allows', () => {
    const target = { name: 'n', address: 'a', port: 22, user: 'me' };
    const error = authError(target, {
      tried: ['a', 'b'],
      skipped: ['k needs a passphrase'],
      allowed: ['password'],
      triedPassword: false,
    });
    expect(error).toMatchObject({
      code: 'connect.auth',
      message: 'n does not let me log in',
      where: { host: 'n' },
    });
    expect(error.detail).toBe('tried: a, b\nnot tried: k needs a passphrase\nthe server allows: password');
  });

  it.each([
    { user: 'root', tried: ['the key k'], says: true },
    { user: 'root', tried: [], says: false },
    { user: 'ada', tried: ['the key k'], says: false },
  ])('says of $user, with $tried.length keys refused, that servers may not let root in: $says', (one) => {
    const history = { tried: one.tried, skipped: [], allowed: ['publickey'], triedPassword: false };
    const { hint } = authError({ name: 'n', address: 'a', port: 22, user: one.user }, history);
    expect(hint?.includes('set ssh.user to a user with sudo')).toBe(one.says);
    expect(hint).toContain('authorized_keys');
  });
});

describe('expandHome', () => {
  it.each([
    ['~', '/home/me'],
    ['~/x', '/home/me/x'],
    ['~x/y', '~x/y'],
    ['/a/~', '/a/~'],
  ])('%s', (path, expanded) => {
    expect(expandHome(path, '/home/me')).toBe(expanded);
  });
});
