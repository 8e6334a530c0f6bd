// ssh_config as ssh itself reads it, and logins that follow from it.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { script } from '../../../src/core/command.ts';
import type { HostSshOptions } from '../../../src/transport/resolve/ssh-options.ts';
import type { SshTarget } from '../../../src/transport/ssh-target.ts';
import { startAgent } from '../../support/ssh-agent.ts';
import { openWithOptions, resolveOptions, writeHome, type OpenedHost } from '../../support/ssh-config.ts';
import { makeKey, startSshd, type Sshd } from '../../support/sshd.ts';

let sshd: Sshd;
let bastion: Sshd;
const opened: OpenedHost[] = [];

beforeAll(async () => {
  sshd = await startSshd();
  bastion = await startSshd();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ connector }) => connector.close()));
  rmSync(join(sshd.environment.homeDirectory, '.ssh'), { recursive: true, force: true });
});

afterAll(async () => {
  await Promise.all([sshd.stop(), bastion.stop()]);
});

/** Logs in on node1, of which the inventory knows nothing but an address where nobody is. */
async function login(
  config: readonly string[],
  options: Partial<HostSshOptions> = {},
  environment = sshd.environment,
) {
  writeHome(environment, 'config', config);
  const result = await openWithOptions(
    { name: 'node1', address: '192.0.2.1', become: false, ...options },
    environment,
  );
  opened.push(result);
  const { stdout } = await result.host.run({ command: script('echo "$SSH_CONNECTION"') });
  return { stdout, bastions: result.connector.bastionConnections() };
}

function block(host: string, server: Sshd): readonly string[] {
  return [
    `Host ${host}`,
    '  HostName 127.0.0.1',
    `  Port ${server.port}`,
    '  User root',
    `  IdentityFile ${server.identityFile}`,
    `  UserKnownHostsFile ${server.knownHostsFile}`,
  ];
}

describe('a login by ssh_config', () => {
  it('takes HostName, Port, User, IdentityFile and UserKnownHostsFile', async () => {
    const { stdout } = await login(block('node1', sshd));
    expect(stdout).toContain(`127.0.0.1 ${sshd.port}\n`);
  });

  it('finds the block by the address as well', async () => {
    expect((await login(block('192.0.2.*', sshd))).stdout).not.toBe('');
  });

  it('finds it by Match, in an included file', async () => {
    writeHome(sshd.environment, 'included', block('node1', sshd).slice(1));
    expect((await login(['Match originalhost node1', '  Include included'])).stdout).not.toBe('');
  });

  it('reads the file that the inventory names', async () => {
    const configFile = writeHome(sshd.environment, 'own', block('node1', sshd));
    expect((await login(['Host node1', 'Port 1'], { configFile })).stdout).not.toBe('');
  });

  it('goes through ProxyJump, with what is said of the bastion', async () => {
    const config = [...block('node1', sshd), '  ProxyJump bastion', ...block('bastion', bastion)];
    expect(await login(config)).toMatchObject({ bastions: 1 });
  });

  it('goes through a list of bastions', async () => {
    const config = [...block('node1', sshd), '  ProxyJump one,two', ...block('one two', bastion)];
    expect(await login(config)).toMatchObject({ bastions: 2 });
  });

  it('goes directly when the inventory says that there is no bastion', async () => {
    const config = [...block('node1', sshd), '  ProxyJump nowhere.invalid'];
    expect(await login(config, { jump: [] })).toMatchObject({ bastions: 0 });
  });

  it('tries several identity files', async () => {
    const stranger = makeKey(sshd.directory, 'stranger', 'ed25519');
    const config = [
      'Host *',
      `  IdentityFile ${stranger}`,
      '  IdentityFile ~/missing',
      ...block('node1', sshd),
    ];
    expect((await login(config)).stdout).not.toBe('');
  });

  it('uses the agent of IdentityAgent, and of its keys the named one first', async () => {
    const agent = await startAgent(sshd.directory);
    const strangers = Array.from({ length: 7 }, (_, index) =>
      makeKey(sshd.directory, `agent-stranger${index}`, 'ed25519'),
    );
    for (const key of strangers) agent.add(key);
    agent.add(sshd.identityFile);
    const elsewhere = join(sshd.directory, 'elsewhere');
    execFileSync('cp', [`${sshd.identityFile}.pub`, `${elsewhere}.pub`]);
    const lines = block('node1', sshd).filter((line) => !line.includes('IdentityFile'));
    const named = [`  IdentityFile ${elsewhere}`, `  IdentityAgent ${agent.socket}`];
    expect((await login([...lines, ...named])).stdout).not.toBe('');
    expect((await login([...lines, ...named, '  IdentitiesOnly yes'])).stdout).not.toBe('');
    await expect(login([...lines, `  IdentityAgent ${agent.socket}`])).rejects.toMatchObject({
      code: 'connect.auth',
      hint: expect.stringContaining('MaxAuthTries') as string,
    });
    await agent.stop();
  });

  it('remembers new hosts by StrictHostKeyChecking accept-new and HashKnownHosts', async () => {
    const lines = block('node1', sshd).filter((line) => !line.includes('KnownHosts'));
    const more = ['  StrictHostKeyChecking accept-new', '  HashKnownHosts yes'];
    expect((await login([...lines, ...more])).stdout).not.toBe('');
    expect((await login(lines)).stdout).not.toBe('');
  });

  it('is as strict as ever with StrictHostKeyChecking no', async () => {
    const lines = block('node1', sshd).filter((line) => !line.includes('KnownHosts'));
    await expect(login([...lines, '  StrictHostKeyChecking no'])).rejects.toMatchObject({
      code: 'connect.hostKey',
    });
  });

  it('never runs what Match exec or ProxyCommand say', async () => {
    const trace = join(sshd.directory, 'trace');
    const config = [
      `Match exec "touch ${trace}"`,
      '  Port 1',
      'Host node1',
      `  ProxyCommand touch ${trace}`,
      ...block('node1', sshd),
    ];
    expect((await login(config)).stdout).not.toBe('');
    expect(() => execFileSync('ls', [trace], { stdio: 'ignore' })).toThrow();
  });
});

describe('an agent', () => {
  it('with certificates says that they are not supported', async () => {
    const agent = await startAgent(sshd.directory);
    const authority = makeKey(sshd.directory, 'user-authority', 'ed25519');
    const key = makeKey(sshd.directory, 'certified', 'ed25519');
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'me', '-n', 'root', `${key}.pub`]);
    agent.add(key);
    const lines = block('node1', sshd).filter((line) => !line.includes('IdentityFile'));
    await expect(login([...lines, `  IdentityAgent ${agent.socket}`])).rejects.toMatchObject({
      code: 'connect.auth',
      detail: expect.stringContaining(
        'of the type ssh-ed25519-cert-v01@openssh.com, which is not supported',
      ) as string,
    });
    await agent.stop();
  });
});

describe('what ssh says of the same file', () => {
  /** The values that `ssh -G` prints, by keyword. */
  function effective(file: string, host: string): ReadonlyMap<string, string> {
    const text = execFileSync('ssh', ['-T', '-G', '-F', file, host], { encoding: 'utf8' });
    const pairs = text
      .split('\n')
      .map((line) => [line.split(' ', 1)[0] ?? '', line.replace(/^\S+ /, '')] as const);
    // The first of several identity files, as ssh prints a line for each.
    return new Map(pairs.toReversed());
  }

  function ours({ address, user, port, identityFiles, hostKeyAlias, jumps = [] }: SshTarget) {
    return {
      address,
      user,
      port: String(port),
      identity: identityFiles?.[0],
      alias: hostKeyAlias,
      jumps: jumps.length,
    };
  }

  const config = [
    'User=first',
    'Host web-* !web-2 "db 1"',
    '  HostName %h.example.org',
    '  Port 2022',
    'Match host *.example.org user first',
    '  IdentityFile ~/keys/"the web"/id_%r',
    '  HostKeyAlias alias-of-web',
    'Host web-?',
    '  Port 99',
    '  ProxyJump none',
    'Match originalhost web-1,web-3 !localuser nobody',
    '  IdentityFile /etc/second',
    'Host *',
    '  ProxyJump jump.example.org',
    '  User last',
    '  IdentityFile /etc/default # for all',
  ];

  it.each(['web-1', 'web-2', 'web-3', 'web-10', 'db', 'other'])('agrees about %s', async (name) => {
    const file = writeHome(sshd.environment, 'compared', config);
    const theirs = effective(file, name);
    const { targets } = await resolveOptions(
      [{ name, address: name, configFile: file }],
      // ssh knows one home directory only, that of the account.
      { ...sshd.environment, homeDirectory: process.env['HOME'] ?? '/root' },
    );
    const [target] = targets;
    if (target === undefined) throw new Error('no target');
    expect(ours(target)).toEqual({
      address: theirs.get('hostname'),
      user: theirs.get('user'),
      port: theirs.get('port'),
      identity: theirs
        .get('identityfile')
        ?.replace(/^~/, process.env['HOME'] ?? '/root')
        .replace('%r', target.user),
      alias: theirs.get('hostkeyalias'),
      jumps: theirs.has('proxyjump') ? 1 : 0,
    });
  });
});
