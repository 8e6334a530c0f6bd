// The key of a package repository: read as GnuPG reads it, believed only with the right fingerprint, renewed in time.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fetchKey, type KeyRequest } from '../../../src/bundle/fetch-key.ts';
import { parseOpenPgpKey } from '../../../src/bundle/openpgp-key.ts';
import { makeSigningKey, type SigningKey } from '../../support/signing-key.ts';
import { inTurn, serve, status, type WebServer } from '../../support/web-server.ts';
import { failure, WebWorld } from '../../support/web-world.ts';

const world = new WebWorld();
const home = join(world.directory, 'signer');
const at = (name: string) => join(world.directory, name);
let signer: SigningKey;
let other: SigningKey;

beforeAll(() => {
  signer = makeSigningKey(home, { made: '20260101T000000', lifetime: '365d' });
  other = makeSigningKey(at('other'));
});
afterEach(() => world.endTest());
afterAll(() => {
  signer.close();
  other.close();
  world.end();
});

const gpg = (...args: readonly string[]) =>
  execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--passphrase', '', ...args], {
    encoding: 'utf8',
  });

describe('an OpenPGP key', () => {
  it('has the fingerprint and the end that GnuPG tells', () => {
    const { fingerprint, expires, armored } = parseOpenPgpKey(signer.armored);
    expect(fingerprint).toBe(signer.fingerprint);
    expect(expires?.toISOString()).toBe('2027-01-01T00:00:00.000Z');
    writeFileSync(at('armored.asc'), armored);
    expect(gpg('--show-keys', '--with-colons', at('armored.asc'))).toContain(signer.fingerprint);
  });

  it('of another kind, with parts and without an end, is read as well', () => {
    gpg('--quick-generate-key', 'second <second@example.org>', 'ed25519', 'sign', 'never');
    const [fingerprint = ''] = gpg('--with-colons', '--list-keys', 'second').match(/[0-9A-F]{40}/) ?? [];
    gpg('--quick-add-key', fingerprint, 'cv25519', 'encr', '1y');
    const armored = gpg('--armor', '--export', fingerprint);
    expect(parseOpenPgpKey(armored)).toMatchObject({ fingerprint, expires: undefined });
    gpg('--faked-system-time', '20270101T000000', '--quick-set-expire', fingerprint, '10d');
    const renewed = parseOpenPgpKey(gpg('--armor', '--export', fingerprint));
    expect(renewed.fingerprint).toBe(fingerprint);
    expect(renewed.expires?.toISOString().slice(0, 10)).toBe('2027-01-11');
  });

  it('is refused when there are two, in one block or one after the other', () => {
    expect(() => parseOpenPgpKey(signer.armored + other.armored)).toThrow('more than one key');
    expect(() => parseOpenPgpKey(gpg('--armor', '--export'))).toThrow('more than one key');
  });

  it.each([
    ['a page that asks for a login', '<html>Log in</html>', 'no OpenPGP key'],
    ['nothing', '', 'no OpenPGP key'],
  ])('is not %s', (_, text, words) => {
    expect(() => parseOpenPgpKey(text)).toThrow(words);
  });

  it('is refused when a part of it is missing', () => {
    const lines = signer.armored.split('\n');
    const cut = [...lines.slice(0, 6), '-----END PGP PUBLIC KEY BLOCK-----', ''].join('\n');
    expect(() => parseOpenPgpKey(cut)).toThrow('cut off');
  });
});

const cached = at('cache/key.asc');

async function fetched({ url }: WebServer, wishes: Partial<KeyRequest> = {}) {
  const told: string[] = [];
  const key = await fetchKey({
    url: `${url}/v1.37/deb/Release.key`,
    fingerprint: signer.fingerprint,
    cached,
    through: {},
    now: new Date('2026-06-01'),
    keep: true,
    report: (line) => told.push(line.replace(url, 'SITE').replace(/127\.0\.0\.1:\d+/, 'HOST')),
    signal: world.signal,
    ...wishes,
  });
  return { key, told };
}

const published = async (text: string) => world.use(serve((_, response) => response.end(text)));

describe('the key of a repository', { concurrent: false }, () => {
  it('is not kept by a plan', async () => {
    const { key } = await fetched(await published(signer.armored), { keep: false });
    expect(key).toBe(parseOpenPgpKey(signer.armored).armored);
    expect(existsSync(cached)).toBe(false);
  });

  it('is fetched once', async () => {
    const site = await published(signer.armored);
    expect((await fetched(site)).told).toEqual(['fetching SITE/v1.37/deb/Release.key']);
    expect((await fetched(site)).told).toEqual([]);
    expect(site.requests).toHaveLength(1);
    expect(readFileSync(cached, 'utf8')).toContain('BEGIN PGP');
  });

  it('is looked for anew when its end comes near, and taken as it is where none is to be had', async () => {
    const now = new Date('2026-12-15');
    const site = await world.use(serve(inTurn(status(404), (_, response) => response.end(signer.armored))));
    expect((await fetched(site, { now })).told).toEqual([
      'fetching SITE/v1.37/deb/Release.key',
      'warning: no newer key: SITE/v1.37/deb/Release.key cannot be fetched: HOST answers 404 Not Found',
      'warning: the key SITE/v1.37/deb/Release.key expires on 2027-01-01: hosts will refuse its packages then',
    ]);
    expect((await fetched(site, { now })).told).toHaveLength(2);
  });

  it('that has expired is an error, until a renewed one is there', async () => {
    const now = new Date('2027-02-01');
    const error = await failure(fetched(await published(signer.armored), { now }));
    expect(error.code).toBe('download.failed');
    expect(error.message).toMatch(/^the key http.*Release\.key has expired on 2027-01-01$/);
    gpg('--faked-system-time', '20270120T000000', '--quick-set-expire', signer.fingerprint, '1y');
    const renewed = gpg('--armor', '--export', signer.fingerprint);
    expect((await fetched(await published(renewed), { now })).key).toBe(parseOpenPgpKey(renewed).armored);
  });

  it('at hand is not given up for an older copy of a mirror that is behind', async () => {
    const now = new Date('2028-01-05');
    const held = readFileSync(cached, 'utf8');
    gpg('--faked-system-time', '20270125T000000', '--quick-set-expire', signer.fingerprint, '350d');
    const older = gpg('--armor', '--export', signer.fingerprint);
    expect(parseOpenPgpKey(older).expires?.toISOString().slice(0, 10)).toBe('2028-01-10');
    const { key, told } = await fetched(await published(older), { now });
    expect(key).toBe(held);
    expect(told.at(-1)).toContain('Release.key expires on 2028-01-20');
    expect(readFileSync(cached, 'utf8')).toBe(held);
  });

  it('of somebody else is an error that names both', async () => {
    const wishes = { cached: at('nowhere/key.asc') };
    const error = await failure(fetched(await published(other.armored), wishes));
    expect(error.message).toContain(`is the key ${other.fingerprint} instead of ${signer.fingerprint}`);
  });

  it('is no page that asks for a login', async () => {
    const error = await failure(fetched(await published('<html>'), { cached: at('nowhere/key.asc') }));
    expect(error.message).toMatch(/Release\.key is no key to believe: it is no OpenPGP key$/);
  });

  it('at hand is not taken for another fingerprint', async () => {
    const site = await published(other.armored);
    const { key } = await fetched(site, { fingerprint: other.fingerprint });
    expect(key).toBe(parseOpenPgpKey(other.armored).armored);
  });
});
