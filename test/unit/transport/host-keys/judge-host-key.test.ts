// What a user is told about a host key, and which algorithms are offered.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BootstrapError } from '../../../../src/core/errors.ts';
import { hostKeyAlgorithms, judgeHostKey } from '../../../../src/transport/host-keys/judge-host-key.ts';
import { readKnownHosts, trustServer } from '../../../../src/transport/host-keys/known-hosts-files.ts';
import { parseKnownHosts } from '../../../../src/transport/host-keys/known-hosts.ts';
import type { SshTarget } from '../../../../src/transport/ssh-target.ts';

const ed25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB';
const other = 'AAAAC3NzaC1lZDI1NTE5AAAAIAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC';
const target: SshTarget = { name: 'worker1', address: '10.0.0.6', port: 2222, user: 'root', become: false };

function refuse(lines: string, changes: Partial<SshTarget> = {}): BootstrapError | undefined {
  const key = Buffer.from(ed25519, 'base64');
  const entries = parseKnownHosts(lines, '/home/me/.ssh/known_hosts');
  const decision = judgeHostKey(entries, { ...target, ...changes }, key);
  return decision.accept ? undefined : decision.error;
}

describe('judgeHostKey', () => {
  it('has nothing against the known key', () => {
    expect(refuse(`[10.0.0.6]:2222 ssh-ed25519 ${ed25519}`)).toBeUndefined();
  });

  it('shows the fingerprint of an unknown key and how to add it', () => {
    const error = refuse('');
    expect(error).toMatchObject({
      code: 'connect.hostKey',
      where: { host: 'worker1' },
      data: { address: '10.0.0.6', port: 2222, fingerprint: expect.stringMatching(/^SHA256:/) as string },
    });
    expect(error?.message).toMatch(
      /^the host key of worker1 \(10\.0\.0\.6\) is not known: .*ssh-ed25519 key SHA256:/,
    );
    expect(error?.hint).toContain('"ssh -p 2222 root@10.0.0.6"');
    expect(error?.hint).toContain('ssh-keyscan -p 2222 10.0.0.6 >>~/.ssh/known_hosts');
  });

  it('names the known_hosts file that is really used', () => {
    const error = refuse('', { knownHostsFiles: ['/srv/known'] });
    expect(error?.hint).toContain('"ssh -o UserKnownHostsFile=/srv/known -p 2222 root@10.0.0.6"');
    expect(error?.hint).toContain('ssh-keyscan -p 2222 10.0.0.6 >>/srv/known');
  });

  it('names file and line of the entry that a changed key contradicts', () => {
    const error = refuse(`# a comment\n[10.0.0.6]:2222 ssh-ed25519 ${other}`, { knownHostsFiles: ['/k'] });
    expect(error?.message).toContain('has CHANGED');
    expect(error?.message).toContain('/home/me/.ssh/known_hosts:2');
    expect(error?.hint).toContain('ssh-keygen -f /home/me/.ssh/known_hosts -R "[10.0.0.6]:2222"');
  });

  it('says that host certificates are not supported', () => {
    expect(refuse(`@cert-authority * ssh-ed25519 ${other}`)?.hint).toContain(
      '@cert-authority line in /home/me/.ssh/known_hosts:1 is not used',
    );
  });

  it('refuses a revoked key', () => {
    expect(refuse(`@revoked * ssh-ed25519 ${ed25519}`)?.message).toContain('is revoked');
  });
});

describe('hostKeyAlgorithms', () => {
  it('offers first what is known', () => {
    const rsa = Buffer.concat([Buffer.from([0, 0, 0, 7]), Buffer.from('ssh-rsa'), Buffer.from([0, 0, 0, 0])]);
    const entries = parseKnownHosts(`[10.0.0.6]:2222 ssh-rsa ${rsa.toString('base64')}`, 'f');
    expect(hostKeyAlgorithms(entries, target).slice(0, 3)).toEqual([
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-ed25519',
    ]);
  });

  it('never offers SHA-1', () => {
    expect(hostKeyAlgorithms([], target)).not.toContain('ssh-rsa');
  });
});

describe('readKnownHosts', () => {
  const directory = mkdtempSync(join(tmpdir(), 'known-hosts-'));
  const environment = {
    homeDirectory: directory,
    agentSocket: undefined,
    systemKnownHostsFiles: [join(directory, 'system')],
  };
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('takes missing files for empty ones', async () => {
    expect(await readKnownHosts(target, environment)).toEqual([]);
  });

  it('gives what the file of the target, with ~ as the home directory, and those of the system say of it', async () => {
    writeFileSync(
      join(directory, 'mine'),
      `[10.0.0.6]:2222 ssh-ed25519 ${ed25519}\nother ssh-ed25519 ${ed25519}\n`,
    );
    writeFileSync(join(directory, 'system'), `10.0.* ssh-ed25519 ${ed25519}\n`);
    const entries = await readKnownHosts({ ...target, knownHostsFiles: ['~/mine'] }, environment);
    expect(entries.map(({ file, line }) => `${file}:${line}`)).toEqual([
      `${join(directory, 'mine')}:1`,
      `${join(directory, 'system')}:1`,
    ]);
  });

  it('reads what was trusted, and says what it is', async () => {
    const mine = join(directory, 'new');
    const peer = { ...target, knownHostsFiles: [mine] };
    const trusted = await trustServer(peer, environment, Buffer.from(other, 'base64'));
    expect(trusted).toEqual({
      name: 'worker1',
      address: '10.0.0.6',
      key: expect.stringMatching(/^ssh-ed25519 key SHA256:[\w+/]{43}$/) as string,
      file: mine,
    });
    const [entry] = await readKnownHosts(peer, environment);
    expect(entry?.file).toBe(mine);
  });

  it('says which file it cannot read', async () => {
    await expect(
      readKnownHosts({ ...target, knownHostsFiles: [directory] }, environment),
    ).rejects.toMatchObject({
      code: 'file.unreadable',
      message: `cannot read ${directory}`,
    });
  });
});
