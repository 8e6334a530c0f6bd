// Kubernetes' rpm packages with the real dnf and zypper: each installs into a root of its own, from a site that is signed.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../../src/core/command.ts';
import { contentBytes } from '../../../src/core/secret.ts';
import {
  forgetRpmKey,
  importRpmKey,
  installRpms,
  lockRpms,
  lockedRpms,
  makeCaDirectory,
  removeRpms,
  rpmRepositoryFiles,
  rpmSettings,
  unlockRpms,
  type RpmFamily,
  type RpmRepository,
} from '../../../src/platform/kubernetes-rpms.ts';
import { RpmSite } from '../../support/rpm-site.ts';
import { makeSigningKey, type SigningKey } from '../../support/signing-key.ts';

const programs = ['kubelet', 'kubeadm', 'kubectl'];
const packages = [...programs, 'cri-tools', 'kubernetes-cni'];

const directory = mkdtempSync(join(tmpdir(), 'rpm-'));
const site = new RpmSite(directory);
const keys: SigningKey[] = [];
let right: SigningKey;
let wrong: SigningKey;
let mirror: string;

beforeAll(() => {
  site.build(['1.37.2', '1.37.3']);
  right = made('right', 'never');
  wrong = made('wrong', 'never');
  mirror = site.publish('site', '1.37', right);
});

afterAll(() => {
  for (const key of keys) key.close();
  rmSync(directory, { recursive: true, force: true });
});

/** On the first day of 2024. */
function made(name: string, lifetime: string): SigningKey {
  const key = makeSigningKey(join(directory, name), { made: '20240101T000000', lifetime });
  keys.push(key);
  return key;
}

interface Answer {
  readonly status: number | null;
  readonly output: string;
}

/** A host that is nothing but a directory. Its package managers are this machine's, told to work in there. */
class Root {
  readonly path: string;
  readonly #family: RpmFamily;

  constructor(name: string, family: RpmFamily) {
    this.#family = family;
    this.path = join(directory, name);
    // Debian's rpm and dnf keep their database in root's home, zypper where it is everywhere else.
    const database = family === 'rhel' ? '' : '--dbpath /var/lib/rpm';
    this.program('rpm', `exec /usr/bin/rpm --root ${this.path} ${database} "$@"`);
    this.program('zypper', `exec /usr/bin/zypper --root ${this.path} "$@"`);
    const { path } = this;
    const options = `--installroot=${path} --setopt=reposdir=${path}/etc/yum.repos.d --setopt=cachedir=${path}/var/cache/dnf --releasever=9`;
    this.program('dnf', `exec /usr/bin/dnf ${options} "$@"`);
  }

  /** Instead of the machine's own. */
  program(name: string, line: string): void {
    const file = join(this.path, 'programs', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${line}\n`);
    chmodSync(file, 0o755);
  }

  /** Writes the repository's files and makes the key known, as an operation would. */
  use(source: string, { armored, fingerprint }: SigningKey, settings: Partial<RpmRepository> = {}): void {
    mkdirSync(join(this.path, 'var/lib/rpm'), { recursive: true });
    const url = `${source}/core:/stable:/v1.37/rpm/`;
    const files = rpmRepositoryFiles(this.#family, {
      url,
      key: armored,
      ca: null,
      login: null,
      proxy: null,
      isDirect: false,
      packages,
      ...settings,
    });
    for (const { path, content, mode } of files) {
      mkdirSync(dirname(join(this.path, path)), { recursive: true });
      // This machine's package managers read key and certificates from its own directories.
      const text = contentBytes(content)
        .toString()
        .replaceAll(/(file:\/\/|sslcacert=|ssl_capath=)\/etc\//g, `$1${this.path}/etc/`);
      writeFileSync(join(this.path, path), text, { mode });
    }
    if (settings.ca != null) expect(this.run(makeCaDirectory, settings.ca)).toMatchObject({ status: 0 });
    expect(this.run(importRpmKey(fingerprint))).toMatchObject({ status: 0 });
  }

  install(version: string): Answer {
    return this.run(installRpms(this.#family, programs, version));
  }

  run({ text }: Pick<Command, 'text'>, input = ''): Answer {
    const env = {
      ...process.env,
      PATH: `${join(this.path, 'programs')}:${process.env['PATH'] ?? ''}`,
      LC_ALL: 'C',
    };
    const inRoot = text.replaceAll(
      /([ =])(\/var\/cache|\/etc\/pki|\/etc\/sysconfig)\//g,
      `$1${this.path}$2/`,
    );
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', inRoot], { encoding: 'utf8', env, input });
    return { status, output: stdout + stderr };
  }

  /** Versions by name. */
  installed(): Readonly<Record<string, string>> {
    const { output } = this.run({ text: "rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}\\n'" });
    const pairs = output.split('\n').filter((line) => line !== '' && !line.startsWith('gpg-pubkey '));
    return Object.fromEntries(pairs.map((line) => line.split(' ') as [string, string]));
  }
}

function expectExactly(root: Root, version: string): void {
  const installed = root.installed();
  expect(Object.keys(installed).sort()).toEqual([...packages].sort());
  for (const name of programs) expect(installed[name]).toBe(`${version}-150500.1.1`);
}

describe.each(['rhel', 'suse'] as const)('%s', (family) => {
  it('installs exactly one version, with what it needs, though a newer one is there', () => {
    const root = new Root(`${family}-exact`, family);
    root.use(mirror, right);
    expect(root.install('1.37.2')).toMatchObject({ status: 0 });
    expectExactly(root, '1.37.2');
    expect(root.install('1.37.2')).toMatchObject({ status: 0 });
    expectExactly(root, '1.37.2');
  });

  it('takes packages and key away again, and does not mind when they are gone', () => {
    const root = new Root(`${family}-removed`, family);
    root.use(mirror, right);
    expect(root.install('1.37.2')).toMatchObject({ status: 0 });
    for (const _ of ['there', 'gone']) {
      expect(root.run(removeRpms(packages))).toMatchObject({ status: 0 });
      expect(root.run(forgetRpmKey(right.fingerprint))).toMatchObject({ status: 0 });
      expect(root.run({ text: 'rpm -qa' })).toEqual({ status: 0, output: '' });
    }
  });

  it('leaves settings of the kubelet that were there before, and nothing beside them', () => {
    const root = new Root(`${family}-settings`, family);
    const settings = join(root.path, rpmSettings);
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, 'KUBELET_EXTRA_ARGS="--v=4"\n# mine\0\n', { mode: 0o640 });
    const before = readFileSync(settings);
    root.use(mirror, right);
    expect(root.install('1.37.2')).toMatchObject({ status: 0 });
    expect(readFileSync(settings)).toEqual(before);
    const aside = `${settings}.aside`;
    renameSync(settings, aside);
    expect(root.run(removeRpms(packages))).toMatchObject({ status: 0 });
    renameSync(aside, settings);
    expect(readFileSync(settings)).toEqual(before);
    expect(readdirSync(dirname(settings))).toEqual(['kubelet']);
  });

  it('goes to another version and back', () => {
    const root = new Root(`${family}-change`, family);
    root.use(mirror, right);
    expect(root.install('1.37.3')).toMatchObject({ status: 0 });
    expectExactly(root, '1.37.3');
    expect(root.install('1.37.2')).toMatchObject({ status: 0 });
    expectExactly(root, '1.37.2');
  });

  it('installs nothing of a site that another key has signed, and asks nobody', () => {
    const root = new Root(`${family}-wrong`, family);
    root.use(mirror, wrong);
    const { status, output } = root.install('1.37.2');
    expect(status).not.toBe(0);
    expect(output).toMatch(
      family === 'rhel' ? /GPG signature verification error/ : /Signature verification failed/,
    );
    expect(root.installed()).toEqual({});
  });

  it('says of a version that is not there that it is not', () => {
    const root = new Root(`${family}-missing`, family);
    root.use(mirror, right);
    const { status, output } = root.install('1.37.9');
    expect(status).not.toBe(0);
    expect(output).toContain('1.37.9');
    expect(root.installed()).toEqual({});
  });

  it('takes a key that has been given a later end, after its old copy was known', () => {
    const old = made(`${family}-ending`, '2024-02-01');
    const renewed = old.renewed('0');
    const source = site.publish(`${family}-renewed`, '1.37', renewed);
    const root = new Root(`${family}-renewed-root`, family);
    root.use(source, old);
    // zypper does not mind the end of a key.
    if (family === 'rhel') expect(root.install('1.37.2').output).toMatch(/GPG signature verification error/);
    root.use(source, renewed);
    expect(root.install('1.37.2')).toMatchObject({ status: 0 });
    expectExactly(root, '1.37.2');
  });
});

it.each([
  ['the last eight digits of its fingerprint', (fingerprint: string) => fingerprint.slice(-8)],
  ['all of its fingerprint, as rpm 6 does', (fingerprint: string) => fingerprint],
])('rpm may call a key by %s', (_, nameOf) => {
  const root = new Root(`names-${nameOf('x'.repeat(40)).length}`, 'rhel');
  const mine = nameOf(right.fingerprint.toLowerCase());
  const log = join(root.path, 'said');
  const another = nameOf('0'.repeat(40));
  root.program('rpm', `[ "$1" = -q ] && exec printf '%s\\n' ${mine} ${another}; echo "$@" >>${log}`);
  expect(root.run(forgetRpmKey(right.fingerprint))).toMatchObject({ status: 0 });
  expect(readFileSync(log, 'utf8')).toBe(`-e --allmatches gpg-pubkey-${mine}\n`);
});

it('rhel: the exclusion keeps upgrades off the packages, and a site that is down stops only what needs it', () => {
  const root = new Root('rhel-held', 'rhel');
  root.use(mirror, right);
  expect(root.run({ text: 'dnf -q -y install kubelet' }).output).toMatch(/Unable to find a match: kubelet/);
  expect(root.install('1.37.2')).toMatchObject({ status: 0 });
  expect(root.run({ text: 'dnf -q -y upgrade' })).toMatchObject({ status: 0 });
  expectExactly(root, '1.37.2');
  root.use(`file://${directory}/nowhere`, right);
  expect(root.run({ text: 'dnf -q -y upgrade' })).toMatchObject({ status: 0 });
  expect(root.install('1.37.3').output).toMatch(
    /Failed to download metadata for repo 'ipvs-bootstrap-kubernetes'/,
  );
  expectExactly(root, '1.37.2');
});

it('suse: the locks keep updates off the packages until they are taken away', () => {
  const root = new Root('suse-held', 'suse');
  root.use(mirror, right);
  expect(root.install('1.37.2')).toMatchObject({ status: 0 });
  expect(root.run(lockRpms(packages))).toMatchObject({ status: 0 });
  const locks = readFileSync(join(root.path, 'etc/zypp/locks'), 'utf8');
  expect([...lockedRpms(locks)].sort()).toEqual([...packages].sort());
  expect(root.run(lockRpms(packages))).toMatchObject({ status: 0 });
  expect(root.run({ text: 'zypper --non-interactive update' })).toMatchObject({ status: 0 });
  expectExactly(root, '1.37.2');
  expect(root.run(unlockRpms(packages))).toMatchObject({ status: 0 });
  expect(root.run(unlockRpms(packages))).toMatchObject({ status: 0 });
  expect(lockedRpms(readFileSync(join(root.path, 'etc/zypp/locks'), 'utf8'))).toEqual([]);
  expect(root.run({ text: 'zypper --non-interactive update' })).toMatchObject({ status: 0 });
  expectExactly(root, '1.37.3');
});
