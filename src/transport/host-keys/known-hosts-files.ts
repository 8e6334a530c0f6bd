// The known_hosts files of a server: reads them, and adds to them a host that is new.
import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asError, BootstrapError } from '../../core/errors.ts';
import { expandHome, type SshEnvironment, type SshPeer } from '../ssh-target.ts';
import {
  hashedName,
  hostKeyType,
  hostNames,
  keyFingerprint,
  parseKnownHosts,
  type KnownHostsEntry,
} from './known-hosts.ts';

type KnownPeer = Pick<
  SshPeer,
  | 'address'
  | 'port'
  | 'hostKeyAlias'
  | 'knownHostsFiles'
  | 'systemKnownHostsFiles'
  | 'hashKnownHosts'
  | 'name'
>;

/** Under which names a server's key is looked up, the one to write first. */
export function lookupNames({ address, port, hostKeyAlias }: Omit<KnownPeer, 'name'>): readonly string[] {
  return hostKeyAlias === undefined ? hostNames(address, port) : [hostKeyAlias.toLowerCase()];
}

/** What the known_hosts files say of a server; a file that does not exist says nothing. */
export async function readKnownHosts(
  peer: Omit<KnownPeer, 'name'>,
  environment: SshEnvironment,
): Promise<readonly KnownHostsEntry[]> {
  const systemFiles = peer.systemKnownHostsFiles ?? environment.systemKnownHostsFiles;
  const files = await Promise.all([...userFiles(peer, environment), ...systemFiles].map(readOne));
  // Hashed names are costly to compare, so it is done once.
  return files.flat().filter(isAbout(peer));
}

/** Whether an entry speaks of this server. */
export function isAbout(peer: Omit<KnownPeer, 'name'>): (entry: KnownHostsEntry) => boolean {
  const names = lookupNames(peer);
  return (entry) => names.some((name) => entry.matches(name));
}

/** As a file would have a key that is remembered in none. */
export function believedEntries(peer: KnownPeer, key: Buffer): readonly KnownHostsEntry[] {
  return parseKnownHosts(keyLine(peer, key), 'what was shown before in this run');
}

function userFiles(
  { knownHostsFiles }: Omit<KnownPeer, 'name'>,
  { homeDirectory }: SshEnvironment,
): string[] {
  return knownHostsFiles === undefined
    ? ['known_hosts', 'known_hosts2'].map((file) => join(homeDirectory, '.ssh', file))
    : knownHostsFiles.map((file) => expandHome(file, homeDirectory));
}

async function readOne(file: string): Promise<readonly KnownHostsEntry[]> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new BootstrapError('file.unreadable', `cannot read ${file}`, { cause });
  }
}

/** A server that was not known and is trusted from now on. */
export interface TrustedServer {
  readonly name: string;
  readonly address: string;
  /** Such as `ssh-ed25519 key SHA256:…`. */
  readonly key: string;
  /** Where its key was added; undefined when it is to be added nowhere, and is believed in this run only. */
  readonly file: string | undefined;
}

/** What a file that remembers nothing is called, which ssh_config of virtual machines likes to name. */
export const nowhere = '/dev/null';

/** The file to which a server's key is added; undefined for none. */
function writableFile(peer: KnownPeer, environment: SshEnvironment): string | undefined {
  const [file] = userFiles(peer, environment);
  return file === nowhere ? undefined : file;
}

/**
 * Adds the key of a server that is trusted to its known_hosts files.
 * @throws BootstrapError `connect.hostKey` when it cannot be written: next time it would look new again
 */
export async function trustServer(
  peer: KnownPeer,
  environment: SshEnvironment,
  key: Buffer,
): Promise<TrustedServer> {
  await rememberHostKey(peer, environment, key);
  const { name, address } = peer;
  const file = writableFile(peer, environment);
  return { name, address, key: `${hostKeyType(key) ?? 'unreadable'} key ${keyFingerprint(key)}`, file };
}

/** One writer at a time; a line goes out in one piece, so that other programs may write as well. */
let writing: Promise<void> = Promise.resolve();

/** Adds a server's key to the first of its known_hosts files, which is made with mode 0600. */
function rememberHostKey(peer: KnownPeer, environment: SshEnvironment, key: Buffer): Promise<void> {
  const file = writableFile(peer, environment);
  const line = keyLine(peer, key);
  const written = writing.then(() => (file === undefined ? undefined : append(file, line)));
  writing = written.catch(() => undefined);
  return written.catch((cause: unknown) => {
    const why = asError(cause).message;
    throw new BootstrapError('connect.hostKey', `cannot remember the host key of ${peer.name}: ${why}`, {
      where: { host: peer.name },
      hint: 'Set ssh.knownHostsFile to a file that you may write.',
      cause,
    });
  });
}

function keyLine(peer: KnownPeer, key: Buffer): string {
  const [name = ''] = lookupNames(peer);
  const names = peer.hashKnownHosts === true ? hashedName(name) : name;
  return `${names} ${hostKeyType(key) ?? ''} ${key.toString('base64')}\n`;
}

async function append(file: string, line: string): Promise<void> {
  // Whether it was there or could not be made shows when the file is written.
  await mkdir(dirname(file), { mode: 0o700 }).catch(() => undefined);
  const newline = (await endsWithNewline(file)) ? '' : '\n';
  await appendFile(file, `${newline}${line}`, { mode: 0o600 });
}

async function endsWithNewline(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return true;
  try {
    const { size } = await handle.stat();
    if (size === 0) return true;
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] === 0x0a;
  } finally {
    await handle.close();
  }
}
