// Decides about a server's host key: always strictly, by known_hosts.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { BootstrapError } from '../core/errors.ts';
import {
  checkHostKey,
  hostKeyType,
  hostNames,
  keyFingerprint,
  knownKeyTypes,
  parseKnownHosts,
  type KnownHostsEntry,
} from './known-hosts.ts';
import { expandHome, type SshEnvironment, type SshTarget } from './ssh-target.ts';

/** Signatures with SHA-1 (`ssh-rsa`, `ssh-dss`) are not offered. */
const algorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** What the known_hosts files say of a target; a file that does not exist says nothing. */
export async function readKnownHosts(
  target: Pick<SshTarget, 'knownHostsFile' | 'address' | 'port'>,
  { homeDirectory, systemKnownHostsFiles }: SshEnvironment,
): Promise<readonly KnownHostsEntry[]> {
  const userFiles =
    target.knownHostsFile === undefined
      ? ['known_hosts', 'known_hosts2'].map((file) => join(homeDirectory, '.ssh', file))
      : [expandHome(target.knownHostsFile, homeDirectory)];
  const files = await Promise.all([...userFiles, ...systemKnownHostsFiles].map(readOne));
  // Hashed names are costly to compare, so it is done once.
  const names = hostNames(target.address, target.port);
  return files.flat().filter((entry) => names.some((name) => entry.matches(name)));
}

async function readOne(file: string): Promise<readonly KnownHostsEntry[]> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new BootstrapError('file.unreadable', `cannot read ${file}`, { cause });
  }
}

/**
 * The host key algorithms to offer: those for which a key is known come first, as with OpenSSH. Else a host that is
 * known by one key and prefers another would look unknown.
 */
export function hostKeyAlgorithms(
  entries: readonly KnownHostsEntry[],
  target: SshTarget,
): ServerHostKeyAlgorithm[] {
  const types = knownKeyTypes(entries, target.address, target.port);
  const isKnown = (algorithm: string): boolean =>
    types.includes(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return [...algorithms.filter(isKnown), ...algorithms.filter((algorithm) => !isKnown(algorithm))];
}

/** The reason to refuse a server's key; undefined when it is the known one. */
export function refuseHostKey(
  entries: readonly KnownHostsEntry[],
  target: SshTarget,
  key: Buffer,
): BootstrapError | undefined {
  const { name, address, port } = target;
  const result = checkHostKey(entries, address, port, key);
  const shown = `${hostKeyType(key) ?? 'unreadable'} key ${keyFingerprint(key)}`;
  const refuse = (message: string, hint: string): BootstrapError =>
    new BootstrapError('connect.hostKey', message, { where: { host: name }, hint });
  switch (result.verdict) {
    case 'known':
      return undefined;
    case 'unknown':
      return refuse(
        `the host key of ${name} (${address}) is not known: it shows the ${shown}`,
        unknownHint(target, result.authorities),
      );
    case 'changed':
      return refuse(
        `the host key of ${name} (${address}) has CHANGED: it shows the ${shown}, another one is known in ${places(result.entries)}`,
        'Somebody may be listening in, or the host was installed anew. Compare the fingerprint with the one on the ' +
          `host's console; if it is right, remove the old line: ${removeCommand(target)}`,
      );
    case 'otherType':
      return refuse(
        `${name} (${address}) shows the ${shown}, but only other types of key are known, in ${places(result.entries)}`,
        `If the fingerprint is right, add the key: ${scanCommand(target)}`,
      );
    case 'revoked':
      return refuse(
        `the host key of ${name} (${address}) is revoked in ${places(result.entries)}: ${shown}`,
        'The host needs a new host key.',
      );
  }
}

function unknownHint(target: SshTarget, authorities: readonly KnownHostsEntry[]): string {
  const port = target.port === 22 ? '' : ` -p ${String(target.port)}`;
  const log = `log in once with "ssh${port} ${target.user}@${target.address}"`;
  const certificates =
    authorities.length === 0
      ? ''
      : ` The @cert-authority line in ${places(authorities)} is not used: host certificates are not supported yet.`;
  return `Compare the fingerprint with the one on the host's console, then ${log} or add it: ${scanCommand(target)}${certificates}`;
}

function scanCommand({ address, port, knownHostsFile }: SshTarget): string {
  const option = port === 22 ? '' : `-p ${String(port)} `;
  return `ssh-keyscan ${option}${address} >>${knownHostsFile ?? '~/.ssh/known_hosts'}`;
}

function removeCommand({ address, port, knownHostsFile }: SshTarget): string {
  const name = port === 22 ? address : `"[${address}]:${String(port)}"`;
  return `ssh-keygen ${knownHostsFile === undefined ? '' : `-f ${knownHostsFile} `}-R ${name}`;
}

function places(entries: readonly KnownHostsEntry[]): string {
  return entries.map((entry) => `${entry.file}:${String(entry.line)}`).join(', ');
}
