// Logging in as a person does it: at a terminal, with questions, and without one, with the built program.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toYaml } from '../../../src/render/yaml.ts';
import { writeEmptyBundle } from '../../support/empty-bundle.ts';
import { LiveProgram, type Ended } from '../../support/live-program.ts';
import { startedBy } from '../../support/processes.ts';
import { program } from '../../support/program.ts';
import { makeKey, startSshd, type Sshd } from '../../support/sshd.ts';
import { onTerminal } from '../../support/terminal.ts';

/** A word that stands nowhere else on this machine. */
const canary = `sesame-${randomBytes(8).toString('hex')}`;
const password = `open ${canary} "ü"`;
const accounts = [{ name: 'paula', shell: '/bin/bash', sudo: 'password', password }] as const;

// Each run starts the program, and bcrypt takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

let sshd: Sshd;
let directory = '';
let lockedKey = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'login-'));
  vi.stubEnv('XDG_STATE_HOME', join(directory, 'state'));
  vi.stubEnv('SSH_AUTH_SOCK', undefined);
  sshd = await startSshd({
    accounts,
    config: ['PasswordAuthentication yes', 'ListenAddress 127.0.0.2'],
  });
  writeEmptyBundle(join(directory, 'bundle'));
  lockedKey = makeKey(directory, 'locked', 'ed25519', password);
  sshd.authorize(`${lockedKey}.pub`);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
  await sshd.stop();
});

interface Written {
  readonly args: readonly string[];
  /** What both hosts wrote. */
  readonly wrote: () => readonly string[];
}

/** A playbook that writes files of each host, and an inventory of two hosts; gives the arguments and what was written. */
function task(name: string, ssh: object, files = 1): Written {
  const path = (host: string, index: number): string => join(directory, `${name}-${host}-${index}.out`);
  const tasks = Array.from({ length: files }, (_, index) => ({
    name: `Write file ${index}`,
    op: 'file.present',
    on: 'all',
    with: { path: path('${{ host.name }}', index), content: `${name}\n` },
  }));
  const playbook = { name, title: `Write ${name}`, tasks };
  const inventory = {
    cluster: { name: 'login', kubernetes: { version: 'v1.20.2', source: { bundle: './bundle' } } },
    hosts: ['127.0.0.1', '127.0.0.2'].map((address, index) => ({
      name: `n${index + 1}`,
      address,
      roles: [index === 0 ? 'control-plane' : 'worker'],
    })),
    ssh: {
      user: 'paula',
      port: sshd.port,
      configFile: 'none',
      knownHostsFile: './known_hosts',
      connectTimeout: 120,
      ...ssh,
    },
  };
  writeFileSync(join(directory, `${name}.playbook.yaml`), toYaml(playbook));
  writeFileSync(join(directory, `${name}.yaml`), toYaml(inventory));
  const inputs = [join(directory, `${name}.playbook.yaml`), '-i', join(directory, `${name}.yaml`)];
  return {
    args: ['run', ...inputs, '--output', 'plain'],
    wrote: () => ['n1', 'n2'].map((host) => readFileSync(path(host, files - 1), 'utf8').trimEnd()),
  };
}

describe('on a terminal', () => {
  it('asks once for each password, shows none, and remembers new hosts', async () => {
    const { args, wrote } = task('asked', { identityFile: '/dev/null' });
    const options = ['--ask-pass', '--ask-become-pass', '--accept-new-host-keys'];
    const { exitCode, screen } = await onTerminal(
      [...args, ...options],
      [
        [/SSH password: $/, `${password}\r`],
        [/sudo password: $/, `${password}\r`],
      ],
    );
    expect(exitCode, screen).toBe(0);
    expect(screen).not.toContain(canary);
    expect(screen.match(/password: /g)).toHaveLength(2);
    expect(wrote()).toEqual(['asked', 'asked']);
    expect(readFileSync(join(directory, 'known_hosts'), 'utf8').trimEnd().split('\n')).toHaveLength(2);
    expect(screen).toContain('2 host keys were new and are trusted from now on');
  });

  it('asks for the passphrase of a key once, and again after a mistake', async () => {
    const { args, wrote } = task('passphrase', {
      identityFile: lockedKey,
      become: { password: { env: 'SUDO_PASSWORD' } },
      hostKeyChecking: 'accept-new',
    });
    const { exitCode, screen } = await onTerminal(
      args,
      [
        [/Passphrase of the key .*locked: $/, `wrong\r`],
        // Ctrl-U takes back what was typed, backspace one character.
        [/Wrong passphrase\. .*locked: $/, `nonsense\u0015${password}x\u007F\r`],
      ],
      { SUDO_PASSWORD: password },
    );
    expect(exitCode, screen).toBe(0);
    expect(screen).not.toContain(canary);
    expect(wrote()).toEqual(['passphrase', 'passphrase']);
  });

  it('ends at a question by Ctrl-C', async () => {
    const { args } = task('stopped', {});
    const { exitCode, screen } = await onTerminal([...args, '-k'], [[/SSH password: $/, '\u0003']]);
    expect(exitCode, screen).toBe(130);
  });
});

describe('the question of reset', () => {
  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['another name', 'other\r'],
  ])('ends it by %s, and nothing is changed', async (_, typed) => {
    const { args } = task('asked', {});
    const inventory = args[args.indexOf('-i') + 1] ?? '';
    const { exitCode, screen } = await onTerminal(
      ['reset', inventory],
      [[/Type the cluster's name to go on: /, typed]],
    );
    expect(exitCode, screen).toBe(130);
    expect(screen).toContain('nothing was changed');
    expect(screen).not.toContain('bug');
  });
});

describe('without a terminal', () => {
  it('says for each host what cannot be asked for', async () => {
    const { args } = task('nobody', { hostKeyChecking: 'accept-new' });
    const { exitCode, stdout, stderr } = await program(...args, '-k');
    expect(exitCode).toBe(4);
    expect(`${stdout}${stderr}`).toContain('there is no terminal to ask on [connect.secret]');
    expect(`${stdout}${stderr}`).toMatch(/hint: Name an environment variable/);
  });

  it('says that a key needs its passphrase', async () => {
    const { args } = task('locked', { identityFile: lockedKey, hostKeyChecking: 'accept-new' });
    const { exitCode, stdout, stderr } = await program(...args);
    expect(exitCode).toBe(4);
    expect(`${stdout}${stderr}`).toMatch(
      /needs a passphrase \[connect\.key\]\n\s+hint: Give it to the agent/,
    );
  });

  it('shows a password nowhere: not in its output, journal or command line', async () => {
    const settings = {
      identityFile: '/dev/null',
      password: { file: './password' },
      become: { password: { file: './password' } },
      hostKeyChecking: 'accept-new',
    };
    // Long enough to look at more than once.
    const { args, wrote } = task('canary', settings, 30);
    writeFileSync(join(directory, 'password'), `${password}\n`, { mode: 0o600 });
    const log = join(directory, 'canary.log');
    const running = new LiveProgram([...args, '--log-file', log, '--debug']);
    const { lists, end } = await watch(running);
    expect(end.exitCode, end.stderr).toBe(0);
    expect(wrote()).toEqual(['canary', 'canary']);
    expect(lists.some((list) => list.includes('--log-file'))).toBe(true);
    expect(lists.some((list) => list.includes('sudo -S'))).toBe(true);
    const shown = [end.stdout, end.stderr, readFileSync(log, 'utf8'), ...lists];
    expect(shown.filter((text) => text.includes(canary))).toEqual([]);
  });

  it('shows what of ssh_config is not honoured, with its place', async () => {
    writeFileSync(join(directory, 'ssh_config'), 'Host *\n  ProxyCommand nc %h %p\n');
    const { args } = task('warned', { configFile: './ssh_config' });
    const { stderr } = await program(...args);
    expect(stderr).toMatch(/warning .*ssh_config:2:1: proxycommand is not honoured/);
  });
});

/** The command lines of all that this test started, the program and sshd with what they start, until it ends. */
async function watch(
  running: LiveProgram,
): Promise<{ readonly lists: readonly string[]; readonly end: Ended }> {
  const lists: string[] = [];
  let end: Ended | undefined;
  const ended = running.ended.then((result) => (end = result));
  while (end === undefined) {
    lists.push(startedBy(process.pid).join('\n'));
    await Promise.race([sleep(50), ended]);
  }
  return { lists, end };
}
