// The lab's SSH keys: one for the user, and a host key per node that is known before the node boots.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabFiles } from '../state/files.ts';
import type { LabState } from '../state/lab-schema.ts';

const hostKey = 'ssh_host_ed25519_key';

/** Makes the keys that are missing, the directories that nodes read them from, and the lab's known_hosts file. */
export async function prepareKeys(files: LabFiles, lab: LabState): Promise<void> {
  await mkdir(files.directory, { recursive: true, mode: 0o700 });
  const userKey = await keyPair(files.identity, `lab-${lab.name}`);
  const knownHosts: string[] = [];
  for (const { name, address } of lab.nodes) {
    const { seed } = files.node(name);
    await mkdir(seed, { recursive: true });
    const publicKey = await keyPair(join(seed, hostKey), name);
    await writeFile(join(seed, 'authorized_keys'), `${userKey}\n`);
    knownHosts.push(`${address} ${withoutComment(publicKey)}\n`);
  }
  await writeFile(files.knownHosts, knownHosts.join(''));
}

/** The node's public host key as it is sent over the wire. */
export async function expectedHostKey(files: LabFiles, node: string): Promise<Buffer> {
  const line = await readFile(join(files.node(node).seed, `${hostKey}.pub`), 'utf8');
  return Buffer.from(line.split(' ')[1] ?? '', 'base64');
}

/** The public key at `path`.pub; both keys are made when there is none. */
async function keyPair(path: string, comment: string): Promise<string> {
  const existing = await readFile(`${path}.pub`, 'utf8').catch(() => undefined);
  if (existing !== undefined) return existing.trim();
  // Not before it is needed: ssh2 comes with it.
  const { generateKeyPair } = await import('./key-pair.ts');
  const pair = generateKeyPair(comment);
  await writeFile(path, pair.private, { mode: 0o600 });
  // The public half last: it tells that the pair is complete.
  await writeFile(`${path}.pub`, `${pair.public}\n`);
  return pair.public;
}

function withoutComment(publicKey: string): string {
  return publicKey.split(' ').slice(0, 2).join(' ');
}
