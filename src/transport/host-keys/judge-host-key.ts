// Decides about a server's host key: by the pin of the inventory, or by known_hosts. There is no way around it.
import type { ServerHostKeyAlgorithm } from 'ssh2';
import type { BootstrapError } from '../../core/errors.ts';
import type { SshPeer } from '../ssh-target.ts';
import { hostKeyError, pinError } from './host-key-error.ts';
import { lookupNames } from './known-hosts-files.ts';
import {
  checkHostKey,
  hostKeyType,
  keyFingerprint,
  knownKeyTypes,
  type KnownHostsEntry,
} from './known-hosts.ts';

/** Signatures with SHA-1 (`ssh-rsa`, `ssh-dss`) are not offered. */
const algorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/**
 * The host key algorithms to offer: those for which a key is known come first, as with OpenSSH. Else a host that is
 * known by one key and prefers another would look unknown.
 */
export function hostKeyAlgorithms(
  entries: readonly KnownHostsEntry[],
  peer: SshPeer,
): ServerHostKeyAlgorithm[] {
  const pinned = pinnedKey(peer.hostKey);
  const types =
    pinned === undefined
      ? knownKeyTypes(entries, lookupNames(peer))
      : [hostKeyType(Buffer.from(pinned, 'base64'))];
  const isKnown = (algorithm: string): boolean =>
    types.includes(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return [...algorithms.filter(isKnown), ...algorithms.filter((algorithm) => !isKnown(algorithm))];
}

/** What is to be done about a key that a server shows. */
export type HostKeyDecision =
  | { readonly accept: true; readonly isNew: boolean }
  | { readonly accept: false; readonly error: BootstrapError };

export function judgeHostKey(
  entries: readonly KnownHostsEntry[],
  peer: SshPeer,
  key: Buffer,
): HostKeyDecision {
  const result = checkHostKey(entries, lookupNames(peer), key);
  if (peer.hostKey !== undefined && result.verdict !== 'revoked') {
    return isPinned(peer.hostKey, key)
      ? { accept: true, isNew: false }
      : { accept: false, error: pinError(peer, key, peer.hostKey) };
  }
  if (result.verdict === 'known') return { accept: true, isNew: false };
  if (result.verdict === 'unknown' && peer.hostKeyChecking === 'accept-new')
    return { accept: true, isNew: true };
  return { accept: false, error: hostKeyError(peer, key, result) };
}

/** The base64 of a pin that is a whole key: `ssh-ed25519 AAAA…`. */
function pinnedKey(pin: string | undefined): string | undefined {
  return pin?.split(/\s+/)[1];
}

function isPinned(pin: string, key: Buffer): boolean {
  const whole = pinnedKey(pin);
  return whole === undefined
    ? pin.replace(/=+$/, '') === keyFingerprint(key)
    : Buffer.from(whole, 'base64').equals(key);
}
