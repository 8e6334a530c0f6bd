// Kubernetes' rpm packages with the real dnf and zypper: each installs into a root of its own, from a site that is signed.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../../src/core/command.ts';
import { contentBytes, Secret } from '../../../src/core/secret.ts';
import {
  forgetRpmKey,
  importRpmKey,
  installRpms,
  lockRpms,
  lockedRpms,
  makeCaDirectory,
  removeRpms,
  rpmRepositoryFiles,
  unlockRpms,
  type RpmFamily,
  type RpmRepository,
} from '../../../src/platform/kubernetes-rpms.ts';
import { startSquid, type Squid } from '../../support/squid.ts';
import { makeCertificates } from '../../support/web-certificates.ts';
import { filesFor, serve, type WebServer } from '../../support/web-server.ts';
import { RpmSite, type SigningKey } from '../../support/rpm-site.ts';

const programs = ['kubelet', 'kubeadm', 'kubectl'];
const packages = [...programs, 'cri-tools', 'kubernetes-cni'];

const directory = mkdtempSync(join(tmpdir(), 'rpm-'));
const site = new RpmSite(directory);
let [right, wrong]: SigningKey[] = [];
let mirror: string;

/** The proxy alone knows where it is; the certificate is for it. */
const name = 'other.example';
const mirrorLogin = { user: 'mirror', password: 'mirror-word "#;%41=' };
const login = { user: 'puller', password: 'proxy-word@:c%d/e"x' };
const certificates = makeCertificates(directory);
let server: WebServer;
let squid: Squid;

function secret({ user, password }: typeof login) {
  return { user, password: new Secret(password, 'password') };
}

function proxied(written: typeof login) {
  return { proxy: squid.url, login: secret(written), noProxy: [] };
}

beforeAll(async () => {
  site.build(['1.37.2', '1.37.3']);
  right = site.makeKey('right');
  wrong = site.makeKey('wrong');
  mirror = site.publish('site', '1.37', key(right));
  server = await serve(filesFor(mirrorLogin, mirror.replace('file://', '')), certificates.foreign);
  squid = await startSquid({ login, names: [name] });
});

afterAll(async () => {
  await Promise.all([server.close(), squid.stop()]);
  site.close();
  rmSync(directory, { recursive: true, force: true });
});

function key(made: SigningKey | undefined): SigningKey {
  if (made === undefined) throw new Error('no key');
  return made;
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
    this.#program('rpm', `exec /usr/bin/rpm --root ${this.path} ${database} "$@"`);
    this.#program('zypper', `exec /usr/bin/zypper --root ${this.path} "$@"`);
    const { path } = this;
    const options = `--installroot=${path} --setopt=reposdir=${path}/etc/yum.repos.d --setopt=cachedir=${path}/var/cache/dnf --setopt=retries=1 --releasever=9`;
    this.#program('dnf', `exec /usr/bin/dnf ${options} "$@"`);
  }

  #program(name: string, line: string): void {
    const file = join(this.path, 'programs', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${line}\n`);
    chmodSync(file, 0o755);
  }

  /** Writes the repository's files and makes the key known, as an operation would. */
  use(
    source: string,
    { path: keyFile, fingerprint }: SigningKey,
    settings: Partial<RpmRepository> = {},
  ): void {
    mkdirSync(join(this.path, 'var/lib/rpm'), { recursive: true });
    const url = `${source}/core:/stable:/v1.37/rpm/`;
    const files = rpmRepositoryFiles(this.#family, {
      url,
      key: readFileSync(keyFile, 'utf8'),
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

  run(command: Pick<Command, 'text'>, input = ''): Answer {
    const { text, env } = this.#inRoot(command);
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', text], { encoding: 'utf8', env, input });
    return { status, output: stdout + stderr };
  }

  /** While it works, servers of this process can answer. */
  async installFromServer(version: string): Promise<Answer> {
    const { text, env } = this.#inRoot(installRpms(this.#family, programs, version));
    const { exitCode, all } = await execa('/bin/sh', ['-c', text], {
      env,
      extendEnv: false,
      all: true,
      reject: false,
    });
    return { status: exitCode ?? null, output: all };
  }

  #inRoot({ text }: Pick<Command, 'text'>) {
    const env = {
      ...process.env,
      PATH: `${join(this.path, 'programs')}:${process.env['PATH'] ?? ''}`,
      LC_ALL: 'C',
    };
    return { env, text: text.replaceAll(/([ =])(\/var\/cache|\/etc\/pki)\//g, `$1${this.path}$2/`) };
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
    root.use(mirror, key(right));
    expect(root.install('1.37.2')).toMatchObject({ status: 0 });
    expectExactly(root, '1.37.2');
    expect(root.install('1.37.2')).toMatchObject({ status: 0 });
    expectExactly(root, '1.37.2');
  });

  it('takes packages and key away again, and does not mind when they are gone', () => {
    const root = new Root(`${family}-removed`, family);
    root.use(mirror, key(right));
    expect(root.install('1.37.2')).toMatchObject({ status: 0 });
    for (const _ of ['there', 'gone']) {
      expect(root.run(removeRpms(packages))).toMatchObject({ status: 0 });
      expect(root.run(forgetRpmKey(key(right).fingerprint))).toMatchObject({ status: 0 });
      expect(root.run({ text: 'rpm -qa' })).toEqual({ status: 0, output: '' });
    }
  });

  it('goes to another version and back', () => {
    const root = new Root(`${family}-change`, family);
    root.use(mirror, key(right));
    expect(root.install('1.37.3')).toMatchObject({ status: 0 });
    expectExactly(root, '1.37.3');
    expect(root.install('1.37.2')).toMatchObject({ status: 0 });
    expectExactly(root, '1.37.2');
  });

  it('installs nothing of a site that another key has signed, and asks nobody', () => {
    const root = new Root(`${family}-wrong`, family);
    root.use(mirror, key(wrong));
    const { status, output } = root.install('1.37.2');
    expect(status).not.toBe(0);
    expect(output).toMatch(
      family === 'rhel' ? /GPG signature verification error/ : /Signature verification failed/,
    );
    expect(root.installed()).toEqual({});
  });

  it('says of a version that is not there that it is not', () => {
    const root = new Root(`${family}-missing`, family);
    root.use(mirror, key(right));
    const { status, output } = root.install('1.37.9');
    expect(status).not.toBe(0);
    expect(output).toContain('1.37.9');
    expect(root.installed()).toEqual({});
  });

  it('takes a key that has been given a later end, after its old copy was known', () => {
    const old = site.makeKey(`${family}-ending`, '2024-02-01');
    const renewed = site.renewKey(old);
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

it('rhel: the exclusion keeps upgrades off the packages, and a site that is down stops only what needs it', () => {
  const root = new Root('rhel-held', 'rhel');
  root.use(mirror, key(right));
  expect(root.run({ text: 'dnf -q -y install kubelet' }).output).toMatch(/Unable to find a match: kubelet/);
  expect(root.install('1.37.2')).toMatchObject({ status: 0 });
  expect(root.run({ text: 'dnf -q -y upgrade' })).toMatchObject({ status: 0 });
  expectExactly(root, '1.37.2');
  root.use(`file://${directory}/nowhere`, key(right));
  expect(root.run({ text: 'dnf -q -y upgrade' })).toMatchObject({ status: 0 });
  expect(root.install('1.37.3').output).toMatch(
    /Failed to download metadata for repo 'ipvs-bootstrap-kubernetes'/,
  );
  expectExactly(root, '1.37.2');
});

it('suse: the locks keep updates off the packages until they are taken away', () => {
  const root = new Root('suse-held', 'suse');
  root.use(mirror, key(right));
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

describe.each(['rhel', 'suse'] as const)(
  '%s: a mirror with a login and a CA of the company, behind a proxy with a login',
  (family) => {
    const settings = (): Partial<RpmRepository> => ({
      ca: certificates.ca,
      login: secret(mirrorLogin),
      proxy: proxied(login),
    });
    // Neither says why when it is quiet, or when it goes by a proxy.
    const failed =
      family === 'rhel' ? /Cannot download repomd\.xml/ : /Valid metadata not found|Login failed/;
    const url = () => `https://${name}:${new URL(server.url).port}`;

    it('is logged in to, and nobody is asked', async () => {
      const root = new Root(`${family}-login`, family);
      root.use(url(), key(right), settings());
      expect(await root.installFromServer('1.37.2')).toMatchObject({ status: 0 });
      expectExactly(root, '1.37.2');
      expect(squid.log().join('\n')).toContain(`CONNECT ${name}:`);
    });

    it.each([
      [
        'the password of the mirror',
        () => ({ login: secret({ ...mirrorLogin, password: 'wrong-word' }) }),
        failed,
      ],
      ['the password of the proxy', () => ({ proxy: proxied({ ...login, password: 'wrong-word' }) }), failed],
      ['the CA', () => ({ ca: null }), failed],
    ] as const)('is told without a password where it is not %s', async (what, change, reason) => {
      const root = new Root(`${family}-wrong-${what.split(' ').at(-1) ?? ''}`, family);
      root.use(url(), key(right), { ...settings(), ...change() });
      const { status, output } = await root.installFromServer('1.37.2');
      expect(status).not.toBe(0);
      expect(output).toMatch(reason);
      expect(output).not.toMatch(/wrong-word|mirror-word|proxy-word/);
      expect(root.installed()).toEqual({});
    });
  },
);
