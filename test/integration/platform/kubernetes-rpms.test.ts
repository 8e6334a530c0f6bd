// Kubernetes' rpm packages with the real dnf and zypper: each installs into a root of its own, from a site that is signed.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import {
  forgetRpmKey,
  lockRpms,
  lockedRpms,
  removeRpms,
  rpmSettings,
  unlockRpms,
  type RpmFamily,
  type RpmRepository,
} from '../../../src/platform/kubernetes-rpms.ts';
import { RpmRoot } from '../../support/rpm-root.ts';
import { RpmSite } from '../../support/rpm-site.ts';
import { makeSigningKey, type SigningKey } from '../../support/signing-key.ts';
import { startSquid, type Squid } from '../../support/squid.ts';
import { makeCertificates } from '../../support/web-certificates.ts';
import { filesFor, serve, type WebServer } from '../../support/web-server.ts';

const programs = ['kubelet', 'kubeadm', 'kubectl'];
const packages = [...programs, 'cri-tools', 'kubernetes-cni'];

const directory = mkdtempSync(join(tmpdir(), 'rpm-'));
const site = new RpmSite(directory);
const keys: SigningKey[] = [];
let right: SigningKey;
let wrong: SigningKey;
let mirror: string;

/** The proxy alone knows where it is; the certificate is for it. */
const name = 'other.example';
const mirrorLogin = { user: 'mirror', password: 'mirror-word "#;%41=' };
const login = { user: 'puller', password: 'proxy-word@:c%d/e"x' };
const certificates = makeCertificates(directory);
let server: WebServer;
let squid: Squid;

function secret({ user, password }: typeof login) {
  return { user, password: new Secret(password, 'password') };
}

function proxied(written: typeof login) {
  return { proxy: squid.url, login: secret(written), noProxy: [] };
}

beforeAll(async () => {
  site.build(['1.37.2', '1.37.3']);
  right = made('right', 'never');
  wrong = made('wrong', 'never');
  mirror = site.publish('site', '1.37', right);
  server = await serve(filesFor(mirrorLogin, mirror.replace('file://', '')), certificates.foreign);
  squid = await startSquid({ login, names: [name] });
});

afterAll(async () => {
  await Promise.all([server.close(), squid.stop()]);
  for (const key of keys) key.close();
  rmSync(directory, { recursive: true, force: true });
});

/** On the first day of 2024. */
function made(name: string, lifetime: string): SigningKey {
  const key = makeSigningKey(join(directory, name), { made: '20240101T000000', lifetime });
  keys.push(key);
  return key;
}

function newRoot(name: string, family: RpmFamily): RpmRoot {
  return new RpmRoot(name, family, { directory, packages });
}

async function expectExactly(root: RpmRoot, version: string): Promise<void> {
  const installed = await root.installed();
  expect(Object.keys(installed).sort()).toEqual([...packages].sort());
  for (const name of programs) expect(installed[name]).toBe(`${version}-150500.1.1`);
}

describe.each(['rhel', 'suse'] as const)('%s', (family) => {
  it('installs exactly one version, with what it needs, though a newer one is there', async () => {
    const root = newRoot(`${family}-exact`, family);
    await root.use(mirror, right);
    expect(await root.install(programs, '1.37.2')).toMatchObject({ status: 0 });
    await expectExactly(root, '1.37.2');
    expect(await root.install(programs, '1.37.2')).toMatchObject({ status: 0 });
    await expectExactly(root, '1.37.2');
  });

  it('takes packages and key away again, and does not mind when they are gone', async () => {
    const root = newRoot(`${family}-removed`, family);
    await root.use(mirror, right);
    expect(await root.install(programs, '1.37.2')).toMatchObject({ status: 0 });
    for (const _ of ['there', 'gone']) {
      expect(await root.run(removeRpms(packages, []))).toMatchObject({ status: 0 });
      expect(await root.run(forgetRpmKey(right.fingerprint))).toMatchObject({ status: 0 });
      expect(await root.run({ text: 'rpm -qa' })).toEqual({ status: 0, output: '' });
    }
  });

  it('leaves settings of the kubelet that were there before, and nothing beside them', async () => {
    const root = newRoot(`${family}-settings`, family);
    const settings = join(root.path, rpmSettings);
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, 'KUBELET_EXTRA_ARGS="--v=4"\n# mine\0\n', { mode: 0o640 });
    const before = readFileSync(settings);
    await root.use(mirror, right);
    expect(await root.install(programs, '1.37.2')).toMatchObject({ status: 0 });
    expect(readFileSync(settings)).toEqual(before);
    const aside = `${settings}.aside`;
    renameSync(settings, aside);
    expect(await root.run(removeRpms(packages, [rpmSettings]))).toMatchObject({ status: 0 });
    renameSync(aside, settings);
    expect(readFileSync(settings)).toEqual(before);
    expect(readdirSync(dirname(settings))).toEqual(['kubelet']);
  });

  it('goes to another version and back', async () => {
    const root = newRoot(`${family}-change`, family);
    await root.use(mirror, right);
    expect(await root.install(programs, '1.37.3')).toMatchObject({ status: 0 });
    await expectExactly(root, '1.37.3');
    expect(await root.install(programs, '1.37.2')).toMatchObject({ status: 0 });
    await expectExactly(root, '1.37.2');
  });

  it('installs nothing of a site that another key has signed, and asks nobody', async () => {
    const root = newRoot(`${family}-wrong`, family);
    await root.use(mirror, wrong);
    const { status, output } = await root.install(programs, '1.37.2');
    expect(status).not.toBe(0);
    expect(output).toMatch(
      family === 'rhel' ? /GPG signature verification error/ : /Signature verification failed/,
    );
    expect(await root.installed()).toEqual({});
  });

  it('says of a version that is not there that it is not', async () => {
    const root = newRoot(`${family}-missing`, family);
    await root.use(mirror, right);
    const { status, output } = await root.install(programs, '1.37.9');
    expect(status).not.toBe(0);
    expect(output).toContain('1.37.9');
    expect(await root.installed()).toEqual({});
  });

  it('takes a key that has been given a later end, after its old copy was known', async () => {
    const old = made(`${family}-ending`, '2024-02-01');
    const renewed = old.renewed('0');
    const source = site.publish(`${family}-renewed`, '1.37', renewed);
    const root = newRoot(`${family}-renewed-root`, family);
    await root.use(source, old);
    // zypper does not mind the end of a key.
    if (family === 'rhel')
      expect((await root.install(programs, '1.37.2')).output).toMatch(/GPG signature verification error/);
    await root.use(source, renewed);
    expect(await root.install(programs, '1.37.2')).toMatchObject({ status: 0 });
    await expectExactly(root, '1.37.2');
  });
});

it.each([
  ['the last eight digits of its fingerprint', (fingerprint: string) => fingerprint.slice(-8)],
  ['all of its fingerprint, as rpm 6 does', (fingerprint: string) => fingerprint],
])('rpm may call a key by %s', async (_, nameOf) => {
  const root = newRoot(`names-${nameOf('x'.repeat(40)).length}`, 'rhel');
  const mine = nameOf(right.fingerprint.toLowerCase());
  const log = join(root.path, 'said');
  const another = nameOf('0'.repeat(40));
  root.program('rpm', `[ "$1" = -q ] && exec printf '%s\\n' ${mine} ${another}; echo "$@" >>${log}`);
  expect(await root.run(forgetRpmKey(right.fingerprint))).toMatchObject({ status: 0 });
  expect(readFileSync(log, 'utf8')).toBe(`-e --allmatches gpg-pubkey-${mine}\n`);
});

it('rhel: the exclusion keeps upgrades off the packages, and a site that is down stops only what needs it', async () => {
  const root = newRoot('rhel-held', 'rhel');
  await root.use(mirror, right);
  expect((await root.run({ text: 'dnf -q -y install kubelet' })).output).toMatch(
    /Unable to find a match: kubelet/,
  );
  expect(await root.install(programs, '1.37.2')).toMatchObject({ status: 0 });
  expect(await root.run({ text: 'dnf -q -y upgrade' })).toMatchObject({ status: 0 });
  await expectExactly(root, '1.37.2');
  await root.use(`file://${directory}/nowhere`, right);
  expect(await root.run({ text: 'dnf -q -y upgrade' })).toMatchObject({ status: 0 });
  expect((await root.install(programs, '1.37.3')).output).toMatch(
    /Failed to download metadata for repo 'ipvs-bootstrap-kubernetes'/,
  );
  await expectExactly(root, '1.37.2');
});

it('suse: the locks keep updates off the packages until they are taken away', async () => {
  const root = newRoot('suse-held', 'suse');
  await root.use(mirror, right);
  expect(await root.install(programs, '1.37.2')).toMatchObject({ status: 0 });
  expect(await root.run(lockRpms(packages))).toMatchObject({ status: 0 });
  const locks = readFileSync(join(root.path, 'etc/zypp/locks'), 'utf8');
  expect([...lockedRpms(locks)].sort()).toEqual([...packages].sort());
  expect(await root.run(lockRpms(packages))).toMatchObject({ status: 0 });
  expect(await root.run({ text: 'zypper --non-interactive update' })).toMatchObject({ status: 0 });
  await expectExactly(root, '1.37.2');
  expect(await root.run(unlockRpms(packages))).toMatchObject({ status: 0 });
  expect(await root.run(unlockRpms(packages))).toMatchObject({ status: 0 });
  expect(lockedRpms(readFileSync(join(root.path, 'etc/zypp/locks'), 'utf8'))).toEqual([]);
  expect(await root.run({ text: 'zypper --non-interactive update' })).toMatchObject({ status: 0 });
  await expectExactly(root, '1.37.3');
});

describe.each(['rhel', 'suse'] as const)(
  '%s: a mirror with a login and a CA of the company, behind a proxy with a login',
  (family) => {
    const settings = (): Partial<RpmRepository> => ({
      ca: certificates.ca,
      login: secret(mirrorLogin),
      proxy: proxied(login),
    });
    // Neither says why when it is quiet, or when it goes by a proxy.
    const failed =
      family === 'rhel' ? /Cannot download repomd\.xml/ : /Valid metadata not found|Login failed/;
    const url = () => `https://${name}:${new URL(server.url).port}`;

    it('is logged in to, and nobody is asked', async () => {
      const root = newRoot(`${family}-login`, family);
      await root.use(url(), right, settings());
      expect(await root.install(programs, '1.37.2')).toMatchObject({ status: 0 });
      await expectExactly(root, '1.37.2');
      expect(squid.log().join('\n')).toContain(`CONNECT ${name}:`);
    });

    it.each([
      [
        'the password of the mirror',
        () => ({ login: secret({ ...mirrorLogin, password: 'wrong-word' }) }),
        failed,
      ],
      ['the password of the proxy', () => ({ proxy: proxied({ ...login, password: 'wrong-word' }) }), failed],
      ['the CA', () => ({ ca: null }), failed],
    ] as const)('is told without a password where it is not %s', async (what, change, reason) => {
      const root = newRoot(`${family}-wrong-${what.split(' ').at(-1) ?? ''}`, family);
      await root.use(url(), right, { ...settings(), ...change() });
      const { status, output } = await root.install(programs, '1.37.2');
      expect(status).not.toBe(0);
      expect(output).toMatch(reason);
      expect(output).not.toMatch(/wrong-word|mirror-word|proxy-word/);
      expect(await root.installed()).toEqual({});
    });
  },
);
