// What goes wrong first for a new user, with the built program and a real sshd: one clear sentence, a hint, an exit code.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toYaml } from '../../../src/render/yaml.ts';
import { writeEmptyBundle } from '../../support/empty-bundle.ts';
import { program, problemsOf, recordedRun } from '../../support/program.ts';
import { freePort, makeKey, startSshd, type Sshd } from '../../support/sshd.ts';

let sshd: Sshd;
let directory = '';

beforeAll(async () => {
  sshd = await startSshd();
  directory = await mkdtemp(join(tmpdir(), 'ipvs-bootstrap-cli-'));
  writeEmptyBundle(join(directory, 'bundle'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
  await sshd.stop();
});

/** Writes an inventory of one host, this machine behind the test's sshd. */
async function inventory(name: string, ssh: object = {}, bundle = './bundle'): Promise<string> {
  const file = join(directory, `${name}.yaml`);
  const { identityFile, knownHostsFile, port } = sshd;
  await writeFile(
    file,
    toYaml({
      cluster: { name: 'test', kubernetes: { version: 'v1.20.2', source: { bundle } } },
      hosts: [{ name: 'master1', address: '127.0.0.1', roles: ['control-plane', 'worker'] }],
      ssh: { user: 'root', port, identityFile, knownHostsFile, ...ssh },
    }),
  );
  return file;
}

describe('the first things that go wrong', () => {
  it('names a host that refuses the connection', async () => {
    const { exitCode, stderr } = await program(
      'plan',
      await inventory('refused', { port: await freePort() }),
    );
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/error master1: .*refuses.* \[connect\.refused\]\n {2}hint: /);
  });

  it('names a host whose key nobody knows, with its fingerprint', async () => {
    const empty = join(directory, 'empty');
    await writeFile(empty, '');
    const { exitCode, stderr } = await program('plan', await inventory('unknown', { knownHostsFile: empty }));
    expect(exitCode).toBe(4);
    expect(stderr).toContain('[connect.hostKey]');
    expect(stderr).toContain('SHA256:');
  });

  it('names a key that the host does not accept', async () => {
    const identityFile = makeKey(directory, 'stranger', 'ed25519');
    const { exitCode, stderr } = await program('plan', await inventory('auth', { identityFile }));
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/error master1: .* \[connect\.auth\]\n/);
    expect(stderr).toContain('set ssh.user to a user with sudo');
  });

  it('names a bundle that is not there', async () => {
    const { exitCode, stderr } = await program('plan', await inventory('bundle', {}, './missing'));
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /error .*\.yaml:\d+:\d+: there is no bundle in .*missing: it does not exist \[bundle\.missing\]\n/,
    );
    expect(stderr).toContain('"ipvs-bootstrap lab up" builds one');
  });

  it('names a private key that is not there at its line, and connects to nothing', async () => {
    const identityFile = join(directory, 'no-key');
    const { exitCode, stderr } = await program('plan', await inventory('key', { identityFile }));
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/error .*\.yaml:\d+:\d+: there is no key .*no-key \[connect\.key\]\n/);
    expect(stderr).not.toContain('master1:');
  });

  it('shows the line of a key that does not exist', async () => {
    const file = join(directory, 'typo.yaml');
    await writeFile(file, 'cluster:\n  nmae: test\n');
    const { exitCode, stderr } = await program('validate', file);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/typo\.yaml:2:3: .*nmae/);
    expect(stderr).toContain('Did you mean "name"?');
  });

  it('stops before any change on a kernel without IPVS', async () => {
    const run = await recordedRun('plan', await inventory('kernel'));
    expect(run.exitCode).toBe(5);
    expect(problemsOf(run).filter((message) => message.includes('ip_vs'))).not.toEqual([]);
    expect(run.events.filter((event) => event.type === 'step.started')).toEqual([]);
  });

  it('calls a mistyped command, option or phase a usage error', async () => {
    expect((await program('upp')).exitCode).toBe(64);
    expect((await program('up', '--concurency', '3', 'x.yaml')).exitCode).toBe(64);
    const { exitCode, stderr } = await program(
      'up',
      await inventory('phase'),
      '--skip',
      'verfy',
      '--dry-run',
    );
    expect(exitCode).toBe(64);
    expect(stderr).toContain('Did you mean "verify"?');
  });
});
