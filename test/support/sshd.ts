// A real sshd on 127.0.0.1 with keys, accounts and configuration of its own. Nothing outside of its directory changes.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SshEnvironment, SshTarget } from '../../src/transport/ssh-target.ts';
import { killSessions } from './sessions.ts';

export type KeyType = 'ed25519' | 'rsa' | 'ecdsa';

/** An account that only this sshd knows; its home directory is `directory/NAME`. */
export interface Account {
  readonly name: string;
  /** Login shell, an absolute path. */
  readonly shell: string;
  readonly sudo: 'no' | 'password' | 'free';
  /** For logins and sudo; without it no password fits. */
  readonly password?: string;
  /** What is over, as /etc/shadow tells PAM. */
  readonly expired?: 'account' | 'password';
  /** More lines of sudoers. */
  readonly sudoers?: readonly string[];
}

export interface SshdOptions {
  readonly hostKeys?: readonly KeyType[];
  readonly accounts?: readonly Account[];
  /** A private key that signs the host keys. */
  readonly signHostKeysBy?: string;
  /** More lines of sshd_config; they come before ours, and the first one counts. */
  readonly config?: readonly string[];
  /** What PAM asks of accounts: lines for its service "sshd". Without them sshd does without PAM. */
  readonly pam?: readonly string[];
}

export interface Sshd {
  readonly port: number;
  readonly pid: number;
  readonly directory: string;
  /** The key that every account accepts. */
  readonly identityFile: string;
  /** Knows this sshd's host keys. */
  readonly knownHostsFile: string;
  /** A home directory without any key, no agent, no known_hosts of the system. */
  readonly environment: SshEnvironment;
  /** `ssh-ed25519 AAAA…` */
  publicHostKey(type: KeyType): string;
  target(changes?: Partial<SshTarget>): SshTarget;
  /** Lets everybody in with one more key. */
  authorize(publicKeyFile: string): void;
  /** Cuts all connections; the listener goes on. */
  dropSessions(): void;
  /** Ends the listener; sessions go on. */
  stop(): Promise<void>;
}

const program = '/usr/sbin/sshd';

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  if (!existsSync(program)) throw new Error('sshd is missing: apt-get install openssh-server');
  const { hostKeys = ['ed25519'], accounts = [], config = [], pam } = options;
  const directory = mkdtempSync(join(tmpdir(), 'sshd-'));
  const identityFile = makeKey(directory, 'client', 'ed25519');
  const authorizedKeys = join(directory, 'authorized_keys');
  copyFileSync(`${identityFile}.pub`, authorizedKeys);
  const keyFiles = hostKeys.map((type) => makeKey(directory, `host-${type}`, type));
  const certificates = options.signHostKeysBy === undefined ? [] : signKeys(keyFiles, options.signHostKeysBy);
  const port = await freePort();
  writeFileSync(
    join(directory, 'sshd_config'),
    [
      ...config,
      ...(pam === undefined ? [] : ['UsePAM yes']),
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      ...keyFiles.map((file) => `HostKey ${file}`),
      ...certificates.map((file) => `HostCertificate ${file}`),
      `AuthorizedKeysFile ${authorizedKeys}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin yes',
      'MaxStartups 500',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  );
  const child = startProcess(directory, accounts, pam);
  await listening(child, port, directory).catch((error: unknown) => {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  const publicHostKey = (type: KeyType): string =>
    readFileSync(join(directory, `host-${type}.pub`), 'utf8')
      .split(' ', 2)
      .join(' ');
  const knownHostsFile = join(directory, 'known_hosts');
  writeFileSync(
    knownHostsFile,
    hostKeys.map((type) => `[127.0.0.1]:${port} ${publicHostKey(type)}\n`).join(''),
  );
  return {
    port,
    pid: child.pid ?? 0,
    directory,
    identityFile,
    knownHostsFile,
    environment: {
      homeDirectory: join(directory, 'home'),
      agentSocket: undefined,
      systemKnownHostsFiles: [],
    },
    publicHostKey,
    target: (changes) => ({
      name: 'node1',
      address: '127.0.0.1',
      port,
      user: userInfo().username,
      identityFiles: [identityFile],
      identitiesOnly: true,
      knownHostsFiles: [knownHostsFile],
      become: false,
      ...changes,
    }),
    authorize: (publicKeyFile) => {
      appendFileSync(authorizedKeys, readFileSync(publicKeyFile));
    },
    dropSessions: () => {
      killSessions(child.pid ?? 0);
    },
    stop: async () => {
      const isRunning = child.exitCode === null && child.signalCode === null;
      const ended = isRunning && new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Makes `directory/name` and `.pub`, and returns the path of the private key. */
export function makeKey(directory: string, name: string, type: KeyType, passphrase = ''): string {
  const file = join(directory, name);
  const bits = type === 'rsa' ? ['-b', '2048'] : [];
  run('ssh-keygen', ['-q', '-t', type, ...bits, '-N', passphrase, '-C', name, '-f', file]);
  return file;
}

/** Makes host certificates, and returns their paths. */
function signKeys(keyFiles: readonly string[], authority: string): readonly string[] {
  return keyFiles.map((file) => {
    run('ssh-keygen', ['-q', '-h', '-s', authority, '-I', 'host', '-n', '127.0.0.1', `${file}.pub`]);
    return `${file}-cert.pub`;
  });
}

/** A port of 127.0.0.1 on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function startProcess(
  directory: string,
  accounts: readonly Account[],
  pam: readonly string[] | undefined,
): ChildProcess {
  // sshd insists on this directory, which the service usually makes.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = [program, '-D', '-e', '-f', join(directory, 'sshd_config')];
  const binds = [
    ...(accounts.length === 0 ? [] : writeAccounts(directory, accounts)),
    ...(pam === undefined ? [] : [writePam(directory, pam)]),
  ];
  // The accounts are seen by this process alone: it gets a mount namespace with other files in place of /etc's.
  const mounts = binds.map(([from, to]) => `mount --bind ${from} ${to}`).join(' && ');
  const [command = '', ...args] =
    binds.length === 0
      ? sshd
      : ['unshare', '--mount', '--propagation', 'private', 'sh', '-ec', `${mounts}; exec ${sshd.join(' ')}`];
  const log = openSync(join(directory, 'log'), 'a');
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', log] });
  closeSync(log);
  return child;
}

function writeAccounts(directory: string, accounts: readonly Account[]): readonly [string, string][] {
  const lines = (file: string, added: readonly string[]): [string, string] => {
    const copy = join(directory, file.replaceAll('/', '-'));
    writeFileSync(copy, `${readFileSync(file, 'utf8')}${added.join('\n')}\n`, { mode: 0o440 });
    return [copy, file];
  };
  const entry = (account: Account, index: number): string => {
    const id = String(42_000 + index);
    const home = join(directory, account.name);
    mkdirSync(home, { mode: 0o755 });
    run('chown', [`${id}:${id}`, home]);
    return `${account.name}:x:${id}:${id}::${home}:${account.shell}`;
  };
  run('chmod', ['755', directory]);
  const sudoers = { no: [], password: ['ALL=(ALL) ALL'], free: ['ALL=(ALL) NOPASSWD: ALL'] };
  const passwd = lines('/etc/passwd', accounts.map(entry));
  run('chmod', ['644', passwd[0]]);
  return [
    passwd,
    lines(
      '/etc/shadow',
      accounts.map(({ name, password, expired }) => {
        const chosen = expired === 'password' ? 0 : 19_000;
        return `${name}:${hash(password)}:${chosen}:0:99999:7::${expired === 'account' ? 1 : ''}:`;
      }),
    ),
    lines(
      '/etc/sudoers',
      accounts.flatMap(({ name, sudo, sudoers: more = [] }) => [
        ...sudoers[sudo].map((rule) => `${name} ${rule}`),
        ...more,
      ]),
    ),
  ];
}

function writePam(directory: string, lines: readonly string[]): [string, string] {
  const file = join(directory, 'pam-sshd');
  writeFileSync(
    file,
    [...lines, 'auth required pam_deny.so', 'session required pam_permit.so', ''].join('\n'),
  );
  return [file, '/etc/pam.d/sshd'];
}

/** As /etc/shadow has it. */
function hash(password: string | undefined): string {
  if (password === undefined) return '*';
  const program = 'chomp(my $word = <STDIN>); print crypt($word, q($6$saltsalt$))';
  return spawnSync('perl', ['-e', program], { input: `${password}\n`, encoding: 'utf8' }).stdout;
}

async function listening(child: ChildProcess, port: number, directory: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) {
      const log = join(directory, 'log');
      throw new Error(`sshd did not start: ${existsSync(log) ? readFileSync(log, 'utf8') : ''}`);
    }
    if (await accepts(port)) return;
    await sleep(25);
  }
  child.kill('SIGTERM');
  throw new Error(`sshd does not listen on port ${port}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}
