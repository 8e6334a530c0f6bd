// A real proxy on loopback: Debian's squid, with one login if wanted, hosts that it denies, and names of its own.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SquidOptions {
  readonly login?: { readonly user: string; readonly password: string };
  /** Names that nobody may go to. */
  readonly denied?: readonly string[];
  /** What it takes for 127.0.0.1. */
  readonly names?: readonly string[];
  /** Where it listens, and from where it goes on. */
  readonly address?: string;
}

export interface Squid {
  /** `ADDRESS:PORT` */
  readonly place: string;
  readonly url: string;
  /** A line for each request that it has ended. */
  log(): readonly string[];
  stop(): Promise<void>;
}

const program = '/usr/sbin/squid';
const loginHelper = '/usr/lib/squid/basic_ncsa_auth';

/** Starts it. What it keeps is removed when it is stopped. */
export async function startSquid(options: SquidOptions = {}): Promise<Squid> {
  const { login, denied = [], names = [], address = '127.0.0.1' } = options;
  if (!existsSync(program)) throw new Error('squid is missing: apt-get install squid');
  // It works as another user.
  const directory = mkdtempSync(join(tmpdir(), 'squid-'));
  chmodSync(directory, 0o777);
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), 0o666);
    return join(directory, name);
  };
  const place = `${address}:${await freePort(address)}`;
  const accessLog = file('access.log', '');
  const lines = [
    `http_port ${place}`,
    `hosts_file ${file('hosts', `127.0.0.1 localhost ${names.join(' ')}\n`)}`,
    ...(login === undefined
      ? []
      : [
          `auth_param basic program ${loginHelper} ${file('passwords', htpasswd(login))}`,
          'auth_param basic children 1',
          'auth_param basic realm test',
          'acl known proxy_auth REQUIRED',
        ]),
    ...(denied.length === 0 ? [] : [`acl denied dstdomain ${denied.join(' ')}`, 'http_access deny denied']),
    `http_access allow ${login === undefined ? 'all' : 'known'}`,
    'http_access deny all',
    'cache deny all',
    'cache_mem 1 MB',
    'pinger_enable off',
    'logfile_rotate 0',
    'buffered_logs off',
    `access_log stdio:${accessLog}`,
    `cache_log ${file('cache.log', '')}`,
    'pid_filename none',
    `coredump_dir ${directory}`,
    'shutdown_lifetime 0 seconds',
  ];
  // Its shared memory is called so: others of this machine have theirs.
  const service = `test${randomBytes(6).toString('hex')}`;
  const child = spawn(program, ['-N', '-n', service, '-f', file('squid.conf', `${lines.join('\n')}\n`)], {
    stdio: 'ignore',
  });
  const ownLog = () => readFileSync(join(directory, 'cache.log'), 'utf8');
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(directory, { recursive: true, force: true });
  };
  for (let attempt = 0; !ownLog().includes('Accepting HTTP Socket'); attempt += 1) {
    if (child.exitCode !== null || attempt > 600) {
      const text = ownLog();
      await stop();
      throw new Error(`squid does not start: ${text}`);
    }
    await sleep(50);
  }
  const log = () =>
    readFileSync(accessLog, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  return { place, url: `http://${place}`, log, stop };
}

/** squid must know its port beforehand. */
async function freePort(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function htpasswd({ user, password }: NonNullable<SquidOptions['login']>): string {
  const { stdout, error } = spawnSync('htpasswd', ['-niB', '-C', '4', user], {
    input: password,
    encoding: 'utf8',
  });
  if (error) throw new Error('htpasswd is missing: apt-get install apache2-utils');
  return stdout;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // It removes its shared memory.
  child.kill('SIGTERM');
  await ended;
}
