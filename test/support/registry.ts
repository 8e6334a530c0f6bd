// A real registry, on loopback or where a test wants it: Debian's docker-registry, with TLS and, if wanted, one login for everything in it.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toYaml } from '../../src/render/yaml.ts';
import { pushImage } from './registry-push.ts';
import type { KeyPair } from './web-certificates.ts';

export interface RegistryLogin {
  readonly user: string;
  readonly password: string;
}

export interface RegistryOptions {
  readonly keys: KeyPair;
  /** Without it everybody may read and write. */
  readonly login?: RegistryLogin;
  /** More of its configuration, such as `auth`; see `/etc/docker/registry/config.yml`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Where it listens. */
  readonly address?: string;
}

export interface Registry {
  /** `ADDRESS:PORT`, as images are named. */
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** Puts a tiny image there, of one layer with one file that holds `text`; gives its digest. */
  push(repository: string, tag: string, text?: string, architecture?: string): Promise<string>;
  /** What it has logged so far: a line for each request. */
  log(): string;
  stop(): Promise<void>;
}

const program = '/usr/bin/docker-registry';

/** Starts it with nothing in it. What it keeps is removed when it is stopped. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { keys, login, config = {}, address = '127.0.0.1' } = options;
  if (!existsSync(program)) throw new Error('docker-registry is missing: apt-get install docker-registry');
  const directory = mkdtempSync(join(tmpdir(), 'registry-'));
  const write = (name: string, content: string): string => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };
  mkdirSync(join(directory, 'storage'));
  const configuration = write(
    'config.yml',
    toYaml({
      version: '0.1',
      storage: { filesystem: { rootdirectory: join(directory, 'storage') } },
      http: {
        // The kernel chooses the port, the log names it.
        addr: `${address}:0`,
        // It would warn if it had to make its own.
        secret: 'of a test',
        tls: { certificate: write('tls.crt', keys.cert), key: write('tls.key', keys.key) },
      },
      ...(login && { auth: { htpasswd: { realm: 'test', path: write('htpasswd', htpasswd(login)) } } }),
      ...config,
    }),
  );
  const child = spawn(program, ['serve', configuration], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' },
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  }
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(directory, { recursive: true, force: true });
  };
  const log = (): string => output.join('');
  const port = await listeningPort(child, log).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const name = `${address}:${port}`;
  const url = `https://${name}`;
  return {
    name,
    url,
    pid: child.pid ?? 0,
    push: (repository, tag, text = 'tiny', architecture = 'amd64') =>
      pushImage({ url, ...(login && { login }) }, repository, tag, text, architecture),
    log,
    stop,
  };
}

/** A file of one user as `auth.htpasswd` reads it: with bcrypt, and at its lowest cost. */
function htpasswd({ user, password }: RegistryLogin): string {
  const result = spawnSync('htpasswd', ['-niB', '-C', '4', user], { input: password, encoding: 'utf8' });
  if (result.error) throw new Error('htpasswd is missing: apt-get install apache2-utils');
  return result.stdout;
}

async function listeningPort(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const read = (): void => {
      const port = /listening on [\d.]+:(\d+), tls/.exec(log())?.[1];
      if (port !== undefined) resolve(port);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`docker-registry has ended: ${log()}`));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
