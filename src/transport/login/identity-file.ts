// Reads private keys: usable ones, and of encrypted ones at least whose key it is.
import { readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import type { BootstrapError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';

/** What a private key file gives. `publicKey` is in SSH's encoding. */
export type Identity =
  | { readonly state: 'usable'; readonly path: string; readonly key: ParsedKey; readonly publicKey: Buffer }
  | {
      readonly state: 'encrypted';
      readonly path: string;
      readonly publicKey: Buffer | undefined;
      /** Why it is still locked, when somebody tried to unlock it. */
      readonly problem?: BootstrapError;
    }
  | { readonly state: 'missing'; readonly path: string; readonly publicKey: Buffer | undefined }
  | { readonly state: 'unreadable'; readonly path: string; readonly reason: string };

/**
 * Reads a private key, or the public key next to it (`PATH.pub`) when the private one is encrypted or elsewhere.
 * @param passphrase with a wrong one the key stays `encrypted`
 */
export async function readIdentity(path: string, passphrase?: Secret): Promise<Identity> {
  let data: Buffer;
  try {
    data = await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') return { state: 'unreadable', path, reason: message };
    return { state: 'missing', path, publicKey: await readPublicKey(path) };
  }
  const parsed = first(ssh2.utils.parseKey(data, passphrase?.reveal()));
  if (parsed instanceof Error) {
    // ssh2 tells an encrypted key from a broken one by its words only; with a wrong passphrase it says many things.
    if (passphrase === undefined && !/encrypted|passphrase/i.test(parsed.message))
      return { state: 'unreadable', path, reason: parsed.message };
    return { state: 'encrypted', path, publicKey: embeddedPublicKey(data) ?? (await readPublicKey(path)) };
  }
  if (!parsed.isPrivateKey()) return { state: 'unreadable', path, reason: 'it is a public key' };
  return { state: 'usable', path, key: parsed, publicKey: parsed.getPublicSSH() };
}

async function readPublicKey(path: string): Promise<Buffer | undefined> {
  const data = await readFile(`${path}.pub`).catch(() => undefined);
  if (data === undefined) return undefined;
  const parsed = first(ssh2.utils.parseKey(data));
  return parsed instanceof Error ? undefined : parsed.getPublicSSH();
}

function first(parsed: ParsedKey | ParsedKey[] | Error): ParsedKey | Error {
  return Array.isArray(parsed) ? (parsed[0] ?? new Error('it holds no key')) : parsed;
}

/** OpenSSH's own format carries the public key in the clear, behind cipher, key derivation and its options. */
function embeddedPublicKey(data: Buffer): Buffer | undefined {
  const base64 = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/.exec(data.toString('latin1'))?.[1];
  if (base64 === undefined) return undefined;
  const blob = Buffer.from(base64, 'base64');
  let offset = 'openssh-key-v1\0'.length;
  try {
    for (let field = 0; field < 3; field += 1) offset += 4 + blob.readUInt32BE(offset);
    const start = offset + 8;
    return blob.subarray(start, start + blob.readUInt32BE(offset + 4));
  } catch {
    return undefined;
  }
}
