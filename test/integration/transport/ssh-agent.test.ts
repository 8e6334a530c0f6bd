// Logins with the keys of an agent.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../../../src/core/host.ts';
import { openSshHost } from '../../../src/transport/connection/ssh-host.ts';
import type { SshEnvironment, SshTarget } from '../../../src/transport/ssh-target.ts';
import { startAgent, type Agent } from '../../support/ssh-agent.ts';
import { makeKey, startSshd, type Sshd } from '../../support/sshd.ts';

let sshd: Sshd;
let agent: Agent;
let environment: SshEnvironment;
let strangers: readonly string[];

beforeAll(async () => {
  sshd = await startSshd();
  agent = await startAgent(sshd.directory);
  environment = { ...sshd.environment, agentSocket: agent.socket };
  strangers = Array.from({ length: 7 }, (_, index) => makeKey(sshd.directory, `stranger${index}`, 'ed25519'));
  mkdirSync(join(environment.homeDirectory, '.ssh'), { recursive: true });
});

beforeEach(() => {
  agent.removeAll();
});

afterAll(async () => {
  await agent.stop();
  await sshd.stop();
});

function connect(identityFile?: string): Promise<Host> {
  const { identityFiles: _, identitiesOnly: __, ...target } = sshd.target();
  const chosen: SshTarget =
    identityFile === undefined ? target : { ...target, identityFiles: [identityFile], identitiesOnly: true };
  return openSshHost(chosen, environment);
}

async function connects(identityFile?: string): Promise<boolean> {
  await (await connect(identityFile)).close();
  return true;
}

describe('a login with an agent', () => {
  it('tries its keys one after the other', async () => {
    for (const key of strangers.slice(0, 2)) agent.add(key);
    agent.add(sshd.identityFile);
    expect(await connects()).toBe(true);
  });

  it.each(['rsa', 'ecdsa'] as const)('works with a key of type %s', async (type) => {
    const key = makeKey(sshd.directory, `agent-${type}`, type);
    sshd.authorize(`${key}.pub`);
    agent.add(key);
    expect(await connects()).toBe(true);
  });

  it('names each key when none is accepted', async () => {
    for (const key of strangers.slice(0, 2)) agent.add(key);
    const error: unknown = await connect().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'connect.auth' });
    expect((error as { detail: string }).detail).toMatch(
      /^tried: the agent's key stranger0 \(SHA256:.*\), the agent's key stranger1 \(SHA256:.*\)\nthe server allows: publickey$/,
    );
  });

  it('says what to do when the server gives up after too many keys', async () => {
    for (const key of strangers) agent.add(key);
    agent.add(sshd.identityFile);
    await expect(connect()).rejects.toMatchObject({
      code: 'connect.auth',
      detail: expect.stringMatching(/^server: .*[Tt]oo many authentication failures/) as string,
      hint: expect.stringContaining('set ssh.identityFile') as string,
    });
  });

  it('offers the key that is named for the host first, where one wrong key is too many', async () => {
    const strict = await startSshd({ config: ['MaxAuthTries 1'] });
    for (const key of strangers) agent.add(key);
    agent.add(strict.identityFile);
    const { identitiesOnly: _, ...target } = strict.target();
    await (await openSshHost(target, environment)).close();
    await (await openSshHost({ ...target, identitiesOnly: true }, environment)).close();
    const { identityFiles: __, ...unnamed } = target;
    await expect(openSshHost(unnamed, environment)).rejects.toMatchObject({
      code: 'connect.auth',
      hint: expect.stringContaining('MaxAuthTries') as string,
    });
    await strict.stop();
  });

  it('goes on to the usual files when the agent has no right key', async () => {
    const [stranger = ''] = strangers;
    agent.add(stranger);
    const file = join(environment.homeDirectory, '.ssh', 'id_ed25519');
    copyFileSync(sshd.identityFile, file);
    expect(await connects()).toBe(true);
    renameSync(file, `${file}.away`);
  });
});

describe('an identity file', () => {
  it('keeps all other keys of the agent out', async () => {
    for (const key of strangers) agent.add(key);
    expect(await connects(sshd.identityFile)).toBe(true);
    const [stranger = ''] = strangers;
    agent.add(sshd.identityFile);
    const error: unknown = await connect(stranger).catch((reason: unknown) => reason);
    expect((error as { detail: string }).detail).toContain(`tried: ${stranger} (SHA256:`);
  });

  it('with a passphrase is used through the agent', async () => {
    const locked = join(sshd.directory, 'locked');
    copyFileSync(sshd.identityFile, locked);
    agent.add(sshd.identityFile);
    execFileSync('ssh-keygen', ['-q', '-p', '-N', 'secret', '-f', locked]);
    expect(await connects(locked)).toBe(true);
    agent.removeAll();
    await expect(connect(locked)).rejects.toMatchObject({ code: 'connect.key' });
  });

  it('may be elsewhere when its public key is here and the agent has it', async () => {
    const elsewhere = join(sshd.directory, 'elsewhere');
    copyFileSync(`${sshd.identityFile}.pub`, `${elsewhere}.pub`);
    agent.add(sshd.identityFile);
    expect(await connects(elsewhere)).toBe(true);
  });
});
