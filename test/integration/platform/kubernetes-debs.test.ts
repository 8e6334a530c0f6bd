// Kubernetes' deb packages with the real apt and dpkg: they install into a root of their own, from an https site that is signed,
// and that can be as bad as sites are.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cmd, sequence, type Command } from '../../../src/core/command.ts';
import {
  debFiles,
  debRepositoryFiles,
  debSettings,
  installDebs,
  removeDebs,
} from '../../../src/platform/kubernetes-debs.ts';
import { makeDeb, signIndex, writeIndex } from '../../support/deb-repository.ts';
import { makeSigningKey, type SigningKey } from '../../support/signing-key.ts';
import { makeCertificates, type Certificates } from '../../support/web-certificates.ts';
import { file, firstBytes, serve, status, type WebServer } from '../../support/web-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'deb-'));
const repository = join(directory, 'site');
const names = ['kubelet', 'kubeadm'];
/** An old copy of the key, and the renewed one. */
let ended: SigningKey;
let right: SigningKey;
let wrong: SigningKey;
let certificates: Certificates;
let site: WebServer;
/** What it answers to requests for packages, and to all others. */
let packages: RequestListener;
let index: RequestListener;
let roots = 0;

beforeAll(async () => {
  ended = makeSigningKey(join(directory, 'right'), { made: '20240101T000000', lifetime: '2024-02-01' });
  right = ended.renewed('0');
  wrong = makeSigningKey(join(directory, 'wrong'));
  certificates = makeCertificates(directory);
  const files = { 'usr/bin/kubelet': 'x'.repeat(2_000_000), 'etc/default/kubelet': 'KUBELET_EXTRA_ARGS=\n' };
  makeDeb(repository, { name: 'kubelet', version: '1.37.2-1.1', files });
  makeDeb(repository, { name: 'kubeadm', version: '1.37.2-1.1', depends: 'kubelet', files: {} });
  writeIndex(repository);
  site = await serve((request, response) => {
    (request.url?.endsWith('.deb') === true ? packages : index)(request, response);
  }, certificates.good);
});

beforeEach(() => {
  signIndex(repository, right);
  packages = index = good;
});

afterAll(async () => {
  await site.close();
  for (const key of [right, wrong]) key.close();
  rmSync(directory, { recursive: true });
});

const read = (url = '/') => readFileSync(join(repository, decodeURIComponent(url)));

const good: RequestListener = (request, response) => {
  const { url } = request;
  // Without a date, apt would take what it has of an older file for the beginning of a newer one.
  delete request.headers.range;
  if (existsSync(join(repository, decodeURIComponent(url ?? '/')))) file(read(url))(request, response);
  else status(404)(request, response);
};

/** What apt and dpkg want to be there. */
const places = [
  'var/lib/dpkg/info',
  'var/lib/dpkg/updates',
  'var/lib/apt/lists/partial',
  'var/cache/apt/archives/partial',
  'var/log/apt',
  'etc/apt/apt.conf.d',
  'etc/apt/preferences.d',
  'etc/default',
];

/** A host that is nothing but a directory. Its package managers are this machine's, told to work in there. */
class Root {
  readonly path = join(directory, `root${++roots}`);

  constructor(seconds = 30) {
    for (const place of places) mkdirSync(join(this.path, place), { recursive: true });
    writeFileSync(join(this.path, 'var/lib/dpkg/status'), '');
    const settings = [
      `Dir "${this.path}/";`,
      `Dir::State::status "${this.path}/var/lib/dpkg/status";`,
      `Dir::Bin::dpkg "${this.path}/programs/dpkg";`,
      'APT::Sandbox::User "root";',
    ];
    writeFileSync(join(this.path, 'apt.conf'), settings.join('\n'));
    this.#program('dpkg', `exec /usr/bin/dpkg --root=${this.path} --force-not-root "$@"`);
    this.patience(seconds);
    this.#program('systemctl', 'exit 0');
  }

  /** Nothing waits a minute, nor for somebody's patience with a busy server. */
  patience(seconds: number): void {
    const hasty = `-o Acquire::https::Timeout=${seconds} -o Acquire::Retries::Delay=0`;
    this.#program('apt-get', `exec /usr/bin/apt-get "$@" ${hasty}`);
  }

  #program(name: string, line: string): void {
    const path = join(this.path, 'programs', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${line}\n`);
    chmodSync(path, 0o755);
  }

  /** Writes the repository's files, as an operation would. */
  use({ armored }: SigningKey): void {
    const repository = { site: site.url, url: `${site.url}/`, login: null, isDirect: false };
    const files = debRepositoryFiles({ ...repository, key: armored, ca: certificates.ca });
    for (const { path, content } of files) {
      const target = join(this.path, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, String(content).replaceAll('/etc/apt/', `${this.path}/etc/apt/`));
    }
  }

  async install(age = 'fresh'): Promise<Answer> {
    const list = join(this.path, debFiles.list);
    const wanted = names.map((name) => `${name}=1.37.2-*`);
    return this.run(
      sequence([
        installDebs,
        cmd`install_kubernetes ${list} ${age} ${wanted}`,
        cmd`apt-mark -q hold ${names}`,
      ]),
    );
  }

  /** Without blocking: the site is of this process. */
  async run({ text }: Command): Promise<Answer> {
    const env = {
      ...process.env,
      PATH: `${join(this.path, 'programs')}:${process.env['PATH'] ?? ''}`,
      APT_CONFIG: join(this.path, 'apt.conf'),
      LC_ALL: 'C',
    };
    const child = spawn('/bin/sh', ['-c', text], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => {
        output += piece.toString();
      });
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { code, output };
  }

  /** Packages as dpkg has them, with the word for their state. */
  installed(): string {
    return execFileSync('dpkg-query', [
      `--admindir=${this.path}/var/lib/dpkg`,
      '-W',
      '-f',
      '${Package} ${db:Status-Abbrev}\n',
    ]).toString();
  }

  get hasList(): boolean {
    return existsSync(join(this.path, debFiles.list));
  }
}

interface Answer {
  readonly code: number | null;
  readonly output: string;
}

const whole = 'kubeadm hi \nkubelet hi \n';

interface Fault {
  readonly what: string;
  readonly packages?: RequestListener;
  readonly index?: RequestListener;
  /** Who signs, and when. */
  readonly signed?: () => void;
  /** Of the key, as the host has it. */
  readonly copy?: () => SigningKey;
  /** After so many a silent connection counts as lost. */
  readonly seconds?: number;
  readonly says: RegExp;
}

/** Some of what is asked for, and then the end of the connection. */
const cut: RequestListener = (request, response) => {
  firstBytes(1000, read(request.url))(request, response);
  setImmediate(() => response.destroy());
};

const truncated: RequestListener = (request, response) => {
  const content = read(request.url);
  file(content.subarray(0, content.length / 2))(request, response);
};

const changed: RequestListener = (request, response) => {
  const content = read(request.url);
  content[content.length - 1000] = 0x79;
  file(content)(request, response);
};

const silent: RequestListener = () => undefined;

const faults: readonly Fault[] = [
  { what: 'says nothing', index: silent, seconds: 5, says: /Connection (?:failed|timed out)/ },
  {
    what: 'cuts the packages in the middle',
    packages: cut,
    says: /Connection (?:failed|reset)|closed|Undetermined|Error reading/i,
  },
  { what: 'has a part of the packages', packages: truncated, says: /unexpected size/ },
  { what: 'has other packages than it says', packages: changed, says: /Hash Sum mismatch/ },
  {
    what: 'is signed by a key whose copy here has ended',
    copy: () => ended,
    says: /EXPKEYSIG/,
  },
  {
    what: 'is signed by somebody else',
    signed: () => {
      signIndex(repository, wrong);
    },
    says: /NO_PUBKEY|not signed/,
  },
  { what: 'wants a login', index: status(401), says: /401 {2}Unauthorized/ },
  { what: 'has no such repository', index: status(404), says: /404 {2}Not Found/ },
  { what: 'has lost its packages', packages: status(404), says: /404 {2}Not Found/ },
  { what: 'has too much to do', index: status(429), says: /429 {2}Too Many Requests/ },
  { what: 'has too much to do for its packages', packages: status(429), says: /429 {2}Too Many Requests/ },
];

describe('a repository that', () => {
  it.each(faults)('$what installs nothing, leaves no list, and the next run goes on', async (fault) => {
    const root = new Root(fault.seconds);
    fault.signed?.();
    packages = fault.packages ?? good;
    index = fault.index ?? good;
    root.use(fault.copy?.() ?? right);
    const failed = await root.install();
    expect(failed.code, failed.output).toBe(100);
    expect(failed.output).toMatch(fault.says);
    expect(root.hasList).toBe(false);
    expect(root.installed()).toBe('');
    signIndex(repository, right);
    packages = index = good;
    signIndex(repository, right);
    root.use(right);
    root.patience(30);
    expect(await root.install()).toMatchObject({ code: 0 });
    expect(root.installed()).toBe(whole);
  });

  it('is slow is waited for', async () => {
    const root = new Root();
    packages = (request, response) => {
      const content = read(request.url);
      response.writeHead(200, { 'content-length': content.length });
      const step = Math.ceil(content.length / 4);
      const send = (at: number): void => {
        response.write(content.subarray(at, at + step));
        if (at + step < content.length) setTimeout(send, 700, at + step);
        else response.end();
      };
      send(0);
    };
    root.use(right);
    expect(await root.install()).toMatchObject({ code: 0 });
    expect(root.installed()).toBe(whole);
  });

  it('was known before keeps its list, whatever happens', async () => {
    const root = new Root();
    index = status(404);
    root.use(right);
    expect(await root.install('known')).toMatchObject({ code: 100 });
    expect(root.hasList).toBe(true);
  });
});

it('on a disk that is full nothing is installed, and with more room the next run goes on', async () => {
  const root = new Root();
  const archives = join(root.path, 'var/cache/apt/archives');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', archives]);
  try {
    root.use(right);
    const failed = await root.install();
    expect(failed.code, failed.output).toBe(100);
    expect(failed.output).toContain("You don't have enough free space in");
    expect(root.hasList).toBe(false);
    expect(root.installed()).toBe('');
  } finally {
    execFileSync('umount', [archives]);
  }
  root.use(right);
  expect(await root.install()).toMatchObject({ code: 0 });
  expect(root.installed()).toBe(whole);
});

it('settings of the kubelet that were there before stay, byte for byte, when the packages go', async () => {
  const root = new Root();
  const settings = join(root.path, debSettings);
  writeFileSync(settings, 'KUBELET_EXTRA_ARGS="--v=4"\n# mine\0\n', { mode: 0o640 });
  const before = readFileSync(settings);
  root.use(right);
  expect(await root.install()).toMatchObject({ code: 0 });
  expect(readFileSync(settings)).toEqual(before);
  renameSync(settings, `${settings}.aside`);
  expect(await root.run(sequence([removeDebs, cmd`remove_kubernetes ${names}`]))).toMatchObject({ code: 0 });
  expect(root.installed()).toBe('');
  renameSync(`${settings}.aside`, settings);
  expect(readFileSync(settings)).toEqual(before);
  expect(readdirSync(dirname(settings))).toEqual(['kubelet']);
});
