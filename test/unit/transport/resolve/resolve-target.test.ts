// Inventory, then ssh_config, then defaults: what a login is made with.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostSshOptions } from '../../../../src/transport/resolve/ssh-options.ts';
import { resolveOptions, writeHome } from '../../../support/ssh-config.ts';

const homeDirectory = mkdtempSync(join(tmpdir(), 'resolve-target-'));
const environment = { homeDirectory, agentSocket: undefined, systemKnownHostsFiles: [] };

beforeEach(() => {
  rmSync(join(homeDirectory, '.ssh'), { recursive: true, force: true });
});
afterAll(() => {
  rmSync(homeDirectory, { recursive: true });
});

async function resolve(config: readonly string[], options: Partial<HostSshOptions> = {}) {
  writeHome(environment, 'config', config);
  const all = [{ name: 'node1', address: '10.0.0.1', ...options }];
  const { targets, warnings } = await resolveOptions(all, environment, 'me');
  const [target] = targets;
  if (target === undefined) throw new Error('no target');
  return { target, warnings: warnings.map(({ message }) => message), places: warnings };
}

describe('without ssh_config', () => {
  it('a host is itself, port 22, with our own name and sudo', async () => {
    const { target } = await resolve([]);
    expect(target).toEqual({ name: 'node1', address: '10.0.0.1', port: 22, user: 'me', become: true });
  });

  it('root does without sudo, unless it is wanted', async () => {
    expect((await resolve([], { user: 'root' })).target.become).toBe(false);
    expect((await resolve(['User root'])).target.become).toBe(false);
    expect((await resolve([], { user: 'root', become: true })).target.become).toBe(true);
  });
});

describe('ssh_config', () => {
  it('gives everything that the inventory leaves open', async () => {
    const { target, warnings } = await resolve([
      'Host node1',
      '  HostName %h.example.org',
      '  User admin',
      '  Port 2222',
      '  IdentityFile ~/.ssh/one',
      '  IdentityFile ${WHERE}/two-%r-%h-%p-%n-%%',
      '  IdentitiesOnly yes',
      '  IdentityAgent ~/agent',
      '  UserKnownHostsFile ~/known /other',
      '  GlobalKnownHostsFile none',
      '  HostKeyAlias alias',
      '  StrictHostKeyChecking accept-new',
      '  HashKnownHosts yes',
      '  ConnectTimeout 1m',
      '  ServerAliveInterval 5',
      '  ServerAliveCountMax 2',
      '  SendEnv LANG',
      '  SomethingNew with a value',
    ]);
    expect(warnings).toEqual([]);
    expect(target).toEqual({
      name: 'node1',
      address: 'node1.example.org',
      port: 2222,
      user: 'admin',
      identityFiles: [
        `${homeDirectory}/.ssh/one`,
        `${homeDirectory}/two-admin-node1.example.org-2222-node1-%`,
      ],
      identitiesOnly: true,
      identityAgent: `${homeDirectory}/agent`,
      knownHostsFiles: [`${homeDirectory}/known`, '/other'],
      systemKnownHostsFiles: [],
      hostKeyAlias: 'alias',
      hostKeyChecking: 'accept-new',
      hashKnownHosts: true,
      connectTimeoutMs: 60_000,
      keepaliveMs: 5000,
      keepaliveLimit: 2,
      become: true,
    });
  });

  it('comes behind the inventory', async () => {
    const config = ['User a', 'Port 1', 'HostName a', 'IdentityFile a', 'UserKnownHostsFile a'];
    const { target } = await resolve(
      [...config, 'StrictHostKeyChecking yes', 'ConnectTimeout 1', 'ProxyJump a'],
      {
        user: 'b',
        port: 2,
        sshAddress: 'b',
        identityFile: '/b',
        knownHostsFile: '/known',
        hostKeyChecking: 'accept-new',
        connectTimeout: 2,
        jump: [],
      },
    );
    expect(target).toEqual({
      name: 'node1',
      address: 'b',
      port: 2,
      user: 'b',
      identityFiles: ['/b'],
      identitiesOnly: true,
      knownHostsFiles: ['/known'],
      hostKeyChecking: 'accept-new',
      connectTimeoutMs: 2000,
      become: true,
    });
  });

  it('is not read when the inventory says none, and another file when it says so', async () => {
    expect((await resolve(['Port 1'], { configFile: 'none' })).target.port).toBe(22);
    const file = writeHome(environment, 'other', ['Port 3']);
    writeHome(environment, 'config', ['Port 1']);
    const { targets } = await resolveOptions([{ name: 'a', address: 'a', configFile: file }], environment);
    expect(targets[0]?.port).toBe(3);
  });

  it('of the system comes behind that of the user', async () => {
    writeFileSync(join(homeDirectory, 'system_config'), 'Port 5\nUser system\n');
    const { target } = await resolve(['Port 1']);
    rmSync(join(homeDirectory, 'system_config'));
    expect(target).toMatchObject({ port: 1, user: 'system' });
  });

  it('includes files, by patterns, only where the block counts', async () => {
    mkdirSync(join(homeDirectory, '.ssh', 'conf.d'), { recursive: true });
    writeHome(environment, 'conf.d/b', ['Host node1', 'User from-b']);
    writeHome(environment, 'conf.d/a', ['Host other', 'User from-a', 'Host *', 'Port 7']);
    expect((await resolve(['Include conf.d/*', 'User late'])).target).toMatchObject({
      user: 'from-b',
      port: 7,
    });
    const conditional = ['Host other', '  Include ~/.ssh/conf.d/*', 'Host *', '  User outside'];
    expect((await resolve(conditional)).target).toMatchObject({ user: 'outside', port: 22 });
  });

  it.each([
    ['Port abc', 'port must be a number from 1 to 65535, is "abc"'],
    ['IdentitiesOnly maybe', 'identitiesonly must be yes or no, is "maybe"'],
    ['ConnectTimeout soon', 'connecttimeout must be a time, is "soon"'],
    ['IdentityFile %z', '"%z" is not supported in identityfile'],
    ['IdentityFile ${UNSET}/x', 'the environment variable UNSET is not set'],
    ['ProxyJump a,,b', 'proxyjump must be [user@]host[:port], is ""'],
    ['StrictHostKeyChecking perhaps', expect.stringContaining('StrictHostKeyChecking must be') as string],
  ])('with "%s" is refused, with its place', async (line, message) => {
    await expect(resolve(['# mine', line])).rejects.toMatchObject({
      code: 'connect.config',
      exitCode: 4,
      message,
      where: { file: join(homeDirectory, '.ssh', 'config'), line: 2 },
      hint: expect.any(String) as string,
    });
  });

  it('that others may write is refused', async () => {
    const file = writeHome(environment, 'config', ['Port 1']);
    chmodSync(file, 0o666);
    await expect(resolveOptions([{ name: 'a', address: 'a' }], environment)).rejects.toMatchObject({
      code: 'connect.config',
      hint: `chmod 600 ${file}`,
    });
    chmodSync(file, 0o600);
  });

  it('that includes itself is refused', async () => {
    await expect(resolve(['Include config'])).rejects.toMatchObject({
      code: 'connect.config',
      message: 'files include each other too deeply',
    });
  });

  it('that is named and missing is refused', async () => {
    await expect(resolve([], { configFile: '/no/such/config' })).rejects.toMatchObject({
      code: 'file.unreadable',
    });
  });
});

describe('what is not honoured', () => {
  it.each([
    ['ProxyCommand nc %h %p', 'proxycommand is not honoured: the host is connected to directly.'],
    ['CertificateFile ~/.ssh/id-cert.pub', 'certificatefile is not honoured: the key is offered without'],
    ['StrictHostKeyChecking no', 'stricthostkeychecking is not honoured: host keys are always verified.'],
    ['RevokedHostKeys /etc/ssh/revoked', 'revokedhostkeys is not honoured: list revoked keys'],
    ['KnownHostsCommand /bin/x', 'knownhostscommand is not honoured'],
    ['PKCS11Provider /usr/lib/x.so', 'pkcs11provider is not honoured'],
    ['CanonicalizeHostname yes', 'canonicalizehostname is not honoured'],
  ])('%s gives a warning with its place', async (line, message) => {
    const { warnings, places } = await resolve(['Host *', line]);
    expect(warnings).toEqual([expect.stringContaining(message)]);
    expect(places[0]?.where).toMatchObject({ line: 2 });
  });

  it.each(['ProxyCommand none', 'CertificateFile none', 'CanonicalizeHostname no'])(
    '%s gives none',
    async (line) => {
      expect((await resolve([line])).warnings).toEqual([]);
    },
  );

  it('ProxyCommand gives no warning where the inventory says the way', async () => {
    expect((await resolve(['ProxyCommand x'], { jump: [] })).warnings).toEqual([]);
  });

  it('is told once for all hosts', async () => {
    writeHome(environment, 'config', ['ProxyCommand x']);
    const all = ['a', 'b', 'c'].map((name) => ({ name, address: name }));
    expect((await resolveOptions(all, environment)).warnings).toHaveLength(1);
  });
});

/** As Vagrant prints it for a machine. */
function vagrantBlock(name: string, port: number): readonly string[] {
  return [
    `Host ${name}`,
    '  HostName 127.0.0.1',
    '  User vagrant',
    `  Port ${port}`,
    '  UserKnownHostsFile /dev/null',
    '  StrictHostKeyChecking no',
    '  PasswordAuthentication no',
    `  IdentityFile "/home/me/My VMs/.vagrant/machines/${name}/virtualbox/private_key"`,
    '  IdentitiesOnly yes',
    '  LogLevel FATAL',
    '',
  ];
}

describe("Vagrant's ssh-config", () => {
  it('is understood, with one warning for all of its blocks', async () => {
    const names = ['m1', 'w1', 'w2', 'w3', 'w4', 'w5'];
    writeHome(
      environment,
      'config',
      names.flatMap((name, index) => vagrantBlock(name, 2200 + index)),
    );
    const all = names.map((name) => ({ name, address: `10.0.0.${name}` }));
    const { targets, warnings } = await resolveOptions(all, environment);
    expect(targets[1]).toMatchObject({
      address: '127.0.0.1',
      port: 2201,
      user: 'vagrant',
      identityFiles: ['/home/me/My VMs/.vagrant/machines/w1/virtualbox/private_key'],
      identitiesOnly: true,
      knownHostsFiles: ['/dev/null'],
    });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.where).toMatchObject({ line: 6 });
    expect(warnings[0]?.message).toMatch(
      /^stricthostkeychecking is not honoured: .* \(also \S+:17:1, \S+:28:1, \S+:39:1, and 2 more\)$/,
    );
  });
});

describe('bastions', () => {
  const way = async (
    config: readonly string[],
    options: Partial<HostSshOptions> = {},
  ): Promise<readonly string[]> => {
    const { target } = await resolve(config, options);
    return (target.jumps ?? []).map(({ user, address, port }) => `${user}@${address}:${port}`);
  };

  it.each([
    ['a', ['me@a:22']],
    ['b@a:2222', ['b@a:2222']],
    ['x@a,y@b', ['x@a:22', 'y@b:22']],
    ['b@[fd00::1]:2222', ['b@fd00::1:2222']],
    ['ssh://b@a:2222', ['b@a:2222']],
    ['none', []],
  ])('ProxyJump %s', async (text, expected) => {
    expect(await way([`ProxyJump ${text}`])).toEqual(expected);
  });

  it('have blocks of their own, and a way of their own', async () => {
    const config = [
      'Host node1',
      '  ProxyJump inner',
      'Host inner',
      '  HostName 10.9.9.9',
      '  User guard',
      '  ProxyJump outer:2222',
    ];
    expect(await way(config)).toEqual(['me@outer:2222', 'guard@10.9.9.9:22']);
  });

  it('that go in circles are refused', async () => {
    await expect(way(['ProxyJump a'])).resolves.toEqual(['me@a:22']);
    await expect(
      way(['Host node1', 'ProxyJump a', 'Host a', 'ProxyJump b', 'Host b', 'ProxyJump a']),
    ).rejects.toThrow('the way through the bastions goes in circles');
  });

  it('of the inventory win, and may be none', async () => {
    const config = ['Host node1', 'ProxyJump a', 'Host b', 'User guard'];
    expect(await way(config, { jump: [{ address: 'b' }] })).toEqual(['guard@b:22']);
    expect(await way(config, { jump: [] })).toEqual([]);
  });

  it('do not take the user and key of the host, but whom it trusts', async () => {
    const { target } = await resolve([], {
      user: 'root',
      identityFile: '/key',
      knownHostsFile: '/known',
      hostKeyChecking: 'accept-new',
      jump: [{ address: 'b', hostKey: 'SHA256:x' }],
    });
    expect(target.jumps).toEqual([
      {
        name: 'the bastion b',
        address: 'b',
        port: 22,
        user: 'me',
        knownHostsFiles: ['/known'],
        hostKeyChecking: 'accept-new',
        hostKey: 'SHA256:x',
      },
    ]);
  });

  it('of ProxyJump lose to an earlier ProxyCommand, with a warning', async () => {
    const { target, warnings } = await resolve(['ProxyCommand x', 'ProxyJump a']);
    expect(target.jumps).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });
});
