// Reads known_hosts files and judges a host key by them. Pure; the format is that of sshd(8).
import { createHash, createHmac, randomBytes } from 'node:crypto';

/** One usable line of a known_hosts file. */
export interface KnownHostsEntry {
  readonly file: string;
  readonly line: number;
  readonly marker: 'cert-authority' | 'revoked' | undefined;
  readonly keyType: string;
  /** The key in SSH's own encoding. */
  readonly key: Buffer;
  /** Whether the line speaks of a host; `name` as `hostNames` gives it. */
  matches(name: string): boolean;
}

/** What known_hosts says of a key that a server showed. */
export type HostKeyVerdict =
  | { readonly verdict: 'known' }
  | { readonly verdict: 'unknown'; readonly authorities: readonly KnownHostsEntry[] }
  /** A key of the same type is known, and it is another one. */
  | { readonly verdict: 'changed'; readonly entries: readonly KnownHostsEntry[] }
  /** Only keys of other types are known. */
  | { readonly verdict: 'otherType'; readonly entries: readonly KnownHostsEntry[] }
  | { readonly verdict: 'revoked'; readonly entries: readonly KnownHostsEntry[] };

/** Reads the text of one file. Lines that are no entry (comments, key types of SSH 1, damage) are left out. */
export function parseKnownHosts(text: string, file: string): readonly KnownHostsEntry[] {
  return text.split('\n').flatMap((line, index) => parseLine(line.trim(), file, index + 1) ?? []);
}

function parseLine(text: string, file: string, line: number): KnownHostsEntry | undefined {
  if (text === '' || text.startsWith('#')) return undefined;
  const words = text.split(/[ \t]+/);
  const marker = words[0]?.startsWith('@') === true ? words.shift()?.slice(1) : undefined;
  if (marker !== undefined && marker !== 'cert-authority' && marker !== 'revoked') return undefined;
  const [names, , encoded] = words;
  if (names === undefined || encoded === undefined) return undefined;
  const key = Buffer.from(encoded, 'base64');
  const keyType = hostKeyType(key);
  if (keyType === undefined) return undefined;
  return { file, line, marker, keyType, key, matches: nameMatcher(names) };
}

/** The type that a key in SSH's encoding names itself, such as `ssh-ed25519`. */
export function hostKeyType(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  return length === 0 || length > key.length - 4 ? undefined : key.toString('latin1', 4, 4 + length);
}

function nameMatcher(names: string): (name: string) => boolean {
  if (names.startsWith('|')) return hashMatcher(names);
  const patterns = names.split(',').map((pattern) => pattern.toLowerCase());
  const refused = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => glob(pattern.slice(1)));
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map(glob);
  return (name) =>
    !refused.some((pattern) => pattern.test(name)) && wanted.some((pattern) => pattern.test(name));
}

/** A name as nobody can read it who does not know it already. */
export function hashedName(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

/** `|1|salt|HMAC-SHA1 of the name`. */
function hashMatcher(names: string): (name: string) => boolean {
  const [, version, salt, hash] = names.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return () => false;
  const secret = Buffer.from(salt, 'base64');
  return (name) => createHmac('sha1', secret).update(name).digest('base64') === hash;
}

function glob(pattern: string): RegExp {
  const literal = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

/**
 * Under which names a host is looked up. The second, without its port, counts only when its key is the very one shown,
 * as with OpenSSH.
 */
export function hostNames(address: string, port: number): readonly string[] {
  const name = address.toLowerCase();
  return port === 22 ? [name] : [`[${name}]:${port}`, name];
}

/** The key types known for a host, in the order of the files; `names` as `hostNames` gives them. */
export function knownKeyTypes(
  entries: readonly KnownHostsEntry[],
  names: readonly string[],
): readonly string[] {
  const types = names.flatMap((name) => plainEntries(entries, name).map((entry) => entry.keyType));
  return [...new Set(types)];
}

/** Judges the key that the host of these names showed. */
export function checkHostKey(
  entries: readonly KnownHostsEntry[],
  names: readonly string[],
  key: Buffer,
): HostKeyVerdict {
  const isSame = (entry: KnownHostsEntry): boolean => entry.key.equals(key);
  const marked = (marker: KnownHostsEntry['marker']): readonly KnownHostsEntry[] =>
    entries.filter((entry) => entry.marker === marker && names.some((each) => entry.matches(each)));

  const revoked = marked('revoked').filter(isSame);
  if (revoked.length > 0) return { verdict: 'revoked', entries: revoked };
  const [known = [], withoutPort = []] = names.map((name) => plainEntries(entries, name));
  if (known.some(isSame)) return { verdict: 'known' };
  const sameType = known.filter((entry) => entry.keyType === hostKeyType(key));
  if (sameType.length > 0) return { verdict: 'changed', entries: sameType };
  if (known.length > 0) return { verdict: 'otherType', entries: known };
  if (withoutPort.some(isSame)) return { verdict: 'known' };
  return { verdict: 'unknown', authorities: marked('cert-authority') };
}

function plainEntries(entries: readonly KnownHostsEntry[], name: string): readonly KnownHostsEntry[] {
  return entries.filter((entry) => entry.marker === undefined && entry.matches(name));
}

/** As OpenSSH prints it: `SHA256:` and base64 without padding. */
export function keyFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
