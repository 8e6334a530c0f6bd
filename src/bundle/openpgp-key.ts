// The public key that signs a package repository: whose it is, and until when. Nothing here proves a signature; that is
// the work of the hosts' package managers. (No library: the kept one is larger than all that we ship beside it.)
import { createHash } from 'node:crypto';

export interface OpenPgpKey {
  /** 40 hexadecimal digits, in capitals. */
  readonly fingerprint: string;
  /** Undefined when it never expires. */
  readonly expires: Date | undefined;
  /** The key alone, armored, with a line's end behind it. */
  readonly armored: string;
}

const armor =
  /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[^\n]*:[^\n]*\n)*\r?\n([A-Za-z0-9+/=\s]+?)-----END PGP PUBLIC KEY BLOCK-----/g;

/**
 * Reads an armored public key, of the form that GnuPG writes (RFC 9580, version 4).
 * @throws Error when it is no such key, or more than one: a package manager would believe each of them
 */
export function parseOpenPgpKey(text: string): OpenPgpKey {
  const blocks = [...text.matchAll(armor)];
  const [body = ''] = blocks.map(([, found = '']) => found.trim());
  if (blocks.length !== 1) throw new Error(blocks.length === 0 ? 'it is no OpenPGP key' : severalKeys);
  const packets = [...packetsOf(Buffer.from(withoutChecksum(body), 'base64'))];
  const [key] = packets;
  if (key?.tag !== tags.key) throw new Error('it does not begin with a public key');
  if (packets.filter(({ tag }) => tag === tags.key).length > 1) throw new Error(severalKeys);
  if (key.body[0] !== 4) throw new Error(`it is of version ${key.body[0] ?? '?'}, and not 4`);
  const fingerprint = fingerprintOf(key.body);
  return { fingerprint, expires: expiry(key.body, packets, fingerprint), armored: armored(body) };
}

/** The one of two copies that ends later; the first when they end together. */
export function laterCopy(one: OpenPgpKey, other: OpenPgpKey): OpenPgpKey {
  const end = ({ expires }: OpenPgpKey) => expires?.getTime() ?? Infinity;
  return end(other) > end(one) ? other : one;
}

const severalKeys = 'there is more than one key in it';

const tags = { signature: 2, key: 6 } as const;

interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

/** The last line may be a checksum of the armor, which begins with `=`. */
function withoutChecksum(body: string): string {
  return body.replace(/\n=[A-Za-z0-9+/]{4}$/, '');
}

function armored(body: string): string {
  const lines = body.replaceAll('\r', '');
  return `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${lines}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
}

function* packetsOf(bytes: Buffer): Generator<Packet> {
  let at = 0;
  while (at < bytes.length) {
    const head = bytes[at] ?? 0;
    if ((head & 0x80) === 0) throw new Error('it is damaged');
    const isNew = (head & 0x40) !== 0;
    const { size, start } = isNew ? newLength(bytes, at + 1) : oldLength(bytes, at + 1, head & 3);
    if (start + size > bytes.length) throw new Error('it is cut off');
    const tag = isNew ? head & 0x3f : (head >> 2) & 0xf;
    yield { tag, body: bytes.subarray(start, start + size) };
    at = start + size;
  }
}

interface Extent {
  readonly size: number;
  readonly start: number;
}

function oldLength(bytes: Buffer, at: number, type: number): Extent {
  const width = [1, 2, 4][type];
  if (width === undefined || at + width > bytes.length) throw new Error('it is cut off');
  return { size: bytes.readUIntBE(at, width), start: at + width };
}

/** Also of subpackets, whose two-byte lengths go further; keys have none that is in several parts. */
function newLength(bytes: Buffer, at: number, lastOfTwo = 223): Extent {
  const [first = 0, second = 0] = bytes.subarray(at, at + 2);
  if (first < 192) return { size: first, start: at + 1 };
  if (first <= lastOfTwo) return { size: ((first - 192) << 8) + second + 192, start: at + 2 };
  if (first !== 255 || at + 5 > bytes.length) throw new Error('it is cut off');
  return { size: bytes.readUInt32BE(at + 1), start: at + 5 };
}

function fingerprintOf(body: Buffer): string {
  const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
  return createHash('sha1').update(head).update(body).digest('hex').toUpperCase();
}

/** What the key's owner has said last. */
function expiry(key: Buffer, packets: readonly Packet[], fingerprint: string): Date | undefined {
  const own = packets
    .filter(({ tag, body }) => tag === tags.signature && body[0] === 4 && isAboutKey(body[1] ?? 0))
    .map(({ body }) => subpacketsOf(body))
    .filter((found) => isBy(found, fingerprint))
    .sort((a, b) => number(b.get(subpackets.made)) - number(a.get(subpackets.made)));
  const seconds = number(own[0]?.get(subpackets.lifetime));
  return seconds === 0 ? undefined : new Date((key.readUInt32BE(1) + seconds) * 1000);
}

/** On a name, or on the key itself. */
function isAboutKey(type: number): boolean {
  return (type >= 0x10 && type <= 0x13) || type === 0x1f;
}

const subpackets = { made: 2, lifetime: 9, issuer: 16, issuerFingerprint: 33 } as const;

type Subpackets = ReadonlyMap<number, Buffer>;

/** The signed ones, and after them those that are not: they only help to find the key. */
function subpacketsOf(signature: Buffer): Subpackets {
  const signed = signature.readUInt16BE(4);
  const hints = signature.readUInt16BE(6 + signed);
  const areas = [signature.subarray(6, 6 + signed), signature.subarray(8 + signed, 8 + signed + hints)];
  const [known = [], unsigned = []] = areas.map((area) => [...eachSubpacket(area)]);
  const issuers = unsigned.filter(([type]) => type === subpackets.issuer);
  return new Map([...issuers, ...known]);
}

function* eachSubpacket(area: Buffer): Generator<[number, Buffer]> {
  let at = 0;
  while (at < area.length) {
    const { size, start } = newLength(area, at, 254);
    // The highest bit says that whoever does not know the kind must refuse the signature.
    yield [(area[start] ?? 0) & 0x7f, area.subarray(start + 1, start + size)];
    at = start + size;
  }
}

function isBy(found: Subpackets, fingerprint: string): boolean {
  const issuer = found.get(subpackets.issuerFingerprint)?.subarray(1) ?? found.get(subpackets.issuer);
  return issuer !== undefined && fingerprint.endsWith(issuer.toString('hex').toUpperCase());
}

function number(value: Buffer | undefined): number {
  return value?.length === 4 ? value.readUInt32BE(0) : 0;
}
