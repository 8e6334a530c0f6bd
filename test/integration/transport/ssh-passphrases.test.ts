// Keys with a passphrase: from a variable, a file or a person, who is asked once for each key.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BootstrapError } from '../../../src/core/errors.ts';
import { createConnector } from '../../../src/transport/connector.ts';
import { createSecretReader, type AskSecret } from '../../../src/transport/login/secret-reader.ts';
import type { SshTarget } from '../../../src/transport/ssh-target.ts';
import { startAgent } from '../../support/ssh-agent.ts';
import { writeHome } from '../../support/ssh-config.ts';
import { makeKey, startSshd, type KeyType, type Sshd } from '../../support/sshd.ts';

const passphrase = 'correct horse "battery" ü';
let sshd: Sshd;
const keys: Partial<Record<string, string>> = {};

beforeAll(async () => {
  sshd = await startSshd();
  for (const type of ['ed25519', 'rsa', 'ecdsa'] as const) {
    const key = makeKey(sshd.directory, `locked-${type}`, type, passphrase);
    sshd.authorize(`${key}.pub`);
    keys[type] = key;
  }
});

afterAll(async () => {
  await sshd.stop();
});

function locked(type: KeyType, changes: Partial<SshTarget> = {}): SshTarget {
  return sshd.target({ identityFiles: [keys[type] ?? ''], ...changes });
}

/** Connects to all, as a run does: first the questions, then everything at once. */
async function connect(targets: readonly SshTarget[], ask?: AskSecret, environment = sshd.environment) {
  const connector = createConnector({
    targets,
    environment,
    secrets: createSecretReader({
      variables: { RIGHT: passphrase, WRONG: 'wrong' },
      ask,
    }),
  });
  try {
    await connector.unlock();
    await Promise.all(targets.map(({ name }) => connector.connect(name)));
  } finally {
    await connector.close();
  }
}

async function failure(...args: Parameters<typeof connect>): Promise<BootstrapError> {
  const error: unknown = await connect(...args).catch((reason: unknown) => reason);
  if (error instanceof BootstrapError) return error;
  throw new Error('it connected');
}

/** Somebody at a terminal, who answers one thing after the other. */
function person(...answers: readonly string[]) {
  const questions: string[] = [];
  const ask: AskSecret = (question) => {
    questions.push(question);
    return Promise.resolve(answers[questions.length - 1] ?? '');
  };
  return { questions, ask };
}

describe('a key with a passphrase', () => {
  it.each(['ed25519', 'rsa', 'ecdsa'] as const)('of type %s is opened by a variable', async (type) => {
    await connect([locked(type, { passphrase: { from: 'env', name: 'RIGHT' } })]);
  });

  it('is opened by a file', async () => {
    const path = join(sshd.directory, 'passphrase');
    writeFileSync(path, `${passphrase}\n`);
    await connect([locked('ed25519', { passphrase: { from: 'file', path } })]);
  });

  it('is asked for once, for all hosts', async () => {
    const { questions, ask } = person(passphrase);
    await connect(
      ['a', 'b', 'c'].map((name) => locked('ed25519', { name })),
      ask,
    );
    expect(questions).toEqual([`Passphrase of the key ${keys['ed25519'] ?? ''}`]);
  });

  it('is asked for once for each key', async () => {
    const { questions, ask } = person(passphrase, passphrase);
    await connect([locked('ed25519'), locked('rsa', { name: 'node2' })], ask);
    expect(questions).toHaveLength(2);
  });

  it('may be mistyped twice', async () => {
    const { questions, ask } = person('no', 'nor this', passphrase);
    await connect([locked('ed25519')], ask);
    expect(questions.slice(1)).toEqual(
      [1, 2].map(() => `Wrong passphrase. Passphrase of the key ${keys['ed25519'] ?? ''}`),
    );
  });

  it('gives up after three wrong answers', async () => {
    const { questions, ask } = person('no', 'nor this', 'either', passphrase);
    const error = await failure([locked('ed25519')], ask);
    expect(questions).toHaveLength(3);
    expect(error).toMatchObject({
      code: 'connect.key',
      where: { host: 'node1' },
      message: `the passphrase does not open the key ${keys['ed25519'] ?? ''}`,
    });
  });

  it.each([
    ['WRONG', 'connect.key', /the passphrase does not open the key/],
    ['UNSET', 'connect.secret', /in the environment variable UNSET/],
  ])('says what is wrong with the variable %s', async (name, code, message) => {
    const error = await failure([locked('ed25519', { passphrase: { from: 'env', name } })]);
    expect(error).toMatchObject({ code, exitCode: 4, hint: expect.any(String) as string });
    expect(error.message).toMatch(message);
  });

  it('without a terminal says what to do', async () => {
    expect(await failure([locked('ed25519')])).toMatchObject({
      code: 'connect.key',
      exitCode: 4,
      hint: expect.stringMatching(/ssh-add .*ssh\.passphrase.*terminal/) as string,
    });
  });

  it('is not asked for when the agent has the key', async () => {
    const agent = await startAgent(sshd.directory);
    const { ask, questions } = person();
    const key = makeKey(sshd.directory, 'twice', 'ed25519');
    sshd.authorize(`${key}.pub`);
    agent.add(key);
    execFileSync('ssh-keygen', ['-q', '-p', '-N', passphrase, '-f', key]);
    const environment = { ...sshd.environment, agentSocket: agent.socket };
    await connect([sshd.target({ identityFiles: [key] })], ask, environment);
    await agent.stop();
    expect(questions).toEqual([]);
  });

  it('is asked for as a last resort when it is one of the usual files', async () => {
    const home = { ...sshd.environment, homeDirectory: join(sshd.directory, 'home-with-key') };
    writeHome(home, 'id_ecdsa', [readFileSync(keys['ecdsa'] ?? '', 'utf8')]);
    const { identityFiles: _, identitiesOnly: __, ...target } = sshd.target();
    const { ask, questions } = person(passphrase);
    await connect([target], ask, home);
    expect(questions).toHaveLength(1);
  });

  it('of a bastion is asked for as well', async () => {
    const { become: _, ...jump } = locked('rsa', { name: 'the bastion' });
    const { ask, questions } = person(passphrase);
    await connect([sshd.target({ jumps: [jump] })], ask);
    expect(questions).toEqual([`Passphrase of the key ${keys['rsa'] ?? ''}`]);
  });
});
