// A root of its own for the real rpm, dnf and zypper, which install into it.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Command } from '../../src/core/command.ts';
import { contentBytes } from '../../src/core/secret.ts';
import {
  importRpmKey,
  installRpms,
  makeCaDirectory,
  rpmRepositoryFiles,
  type RpmFamily,
  type RpmRepository,
} from '../../src/platform/kubernetes-rpms.ts';
import type { SigningKey } from './signing-key.ts';

export interface Answer {
  readonly status: number | null;
  readonly output: string;
}

export interface RpmRootOptions {
  /** Where it is made; a short path. */
  readonly directory: string;
  readonly packages: readonly string[];
  /** After so many a silent connection counts as lost; and nothing is tried for long. */
  readonly seconds?: number;
}

/** A host that is nothing but a directory. Its package managers are this machine's, told to work in there. */
export class RpmRoot {
  readonly path: string;
  readonly #family: RpmFamily;

  readonly #packages: readonly string[];

  constructor(name: string, family: RpmFamily, { directory, packages, seconds = 30 }: RpmRootOptions) {
    this.#family = family;
    this.#packages = packages;
    this.path = join(directory, name);
    // Debian's rpm and dnf keep their database in root's home, zypper where it is everywhere else.
    const database = family === 'rhel' ? '' : '--dbpath /var/lib/rpm';
    mkdirSync(this.path, { recursive: true });
    this.program('rpm', `exec /usr/bin/rpm --root ${this.path} ${database} "$@"`);
    this.program('zypper', `exec /usr/bin/zypper --root ${this.path} "$@"`);
    this.patience(seconds);
  }

  /** From now on. */
  patience(seconds: number): void {
    const { path } = this;
    const lines = [
      '[main]',
      `download.connect_timeout = ${seconds}`,
      `download.transfer_timeout = ${seconds}`,
    ];
    writeFileSync(join(path, 'zypp.conf'), `${lines.join('\n')}\n`);
    const options = `--installroot=${path} --setopt=reposdir=${path}/etc/yum.repos.d --setopt=cachedir=${path}/var/cache/dnf --releasever=9 --setopt=timeout=${seconds} --setopt=retries=2`;
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
  async use(
    source: string,
    { armored, fingerprint }: SigningKey,
    settings: Partial<RpmRepository> = {},
  ): Promise<void> {
    mkdirSync(join(this.path, 'var/lib/rpm'), { recursive: true });
    const url = `${source}/core:/stable:/v1.37/rpm/`;
    const files = rpmRepositoryFiles(this.#family, {
      url,
      key: armored,
      ca: null,
      login: null,
      proxy: null,
      isDirect: false,
      packages: this.#packages,
      ...settings,
    });
    for (const { path, content, mode } of files) {
      mkdirSync(dirname(join(this.path, path)), { recursive: true });
      // This machine's package managers read key and certificates from its own directories.
      const text = contentBytes(content)
        .toString()
        .replaceAll(/(=|file:\/\/)\/etc\//g, `$1${this.path}/etc/`);
      writeFileSync(join(this.path, path), text, { mode });
    }
    if (settings.ca != null) {
      expect(await this.run(makeCaDirectory, settings.ca)).toMatchObject({ status: 0 });
    }
    expect(await this.run(importRpmKey(fingerprint))).toMatchObject({ status: 0 });
  }

  async install(names: readonly string[], version: string): Promise<Answer> {
    return this.run(installRpms(this.#family, names, version));
  }

  /** Without blocking: the site may be of this process. */
  async run({ text }: Pick<Command, 'text'>, input = ''): Promise<Answer> {
    const env = {
      ...process.env,
      PATH: `${join(this.path, 'programs')}:${process.env['PATH'] ?? ''}`,
      ZYPP_CONF: join(this.path, 'zypp.conf'),
      LC_ALL: 'C',
    };
    const inRoot = text.replaceAll(
      /([ =])(\/var\/cache|\/etc\/pki|\/etc\/sysconfig)\//g,
      `$1${this.path}$2/`,
    );
    const child = spawn('/bin/sh', ['-c', inRoot], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    // Who reads nothing may be gone before it is written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => {
        output += piece.toString();
      });
    const status = await new Promise<number | null>((done) => child.on('close', done));
    return { status, output };
  }

  /** Versions by name. */
  async installed(): Promise<Readonly<Record<string, string>>> {
    const { output } = await this.run({ text: "rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}\\n'" });
    const pairs = output.split('\n').filter((line) => line !== '' && !line.startsWith('gpg-pubkey '));
    return Object.fromEntries(pairs.map((line) => line.split(' ') as [string, string]));
  }
}
