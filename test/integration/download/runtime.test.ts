// `runtime: { source: binaries }`: what is fetched of a mirror, by whom, and what is said when it is not as it should be.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCluster } from '../../../src/app/cluster.ts';
import { runtimeVersions } from '../../../src/bundle/runtime-releases.ts';
import { formatPlace } from '../../../src/core/errors.ts';
import { parseVersion } from '../../../src/kube/version.ts';
import { answerFiles, runtimeSite } from '../../support/runtime-site.ts';
import { makeCertificates, type Certificates } from '../../support/web-certificates.ts';
import { file, serve, sha256, status, type WebServer } from '../../support/web-server.ts';
import { failure, WebWorld } from '../../support/web-world.ts';

const world = new WebWorld();
const inventory = join(world.directory, 'cluster.yaml');
const cacheDirectory = join(world.directory, 'cache');
const version = 'v1.37.2';
const versions = runtimeVersions(parseVersion(version));
const names = [
  `containerd-${versions.containerd}-linux-amd64.tar.gz`,
  `runc-${versions.runc}-amd64`,
  `cni-plugins-linux-amd64-v${versions.cniPlugins}.tgz`,
  `crictl-v${versions.crictl}-linux-amd64.tar.gz`,
];
let files: Readonly<Record<string, Buffer>>;
let certificates: Certificates;

beforeAll(() => {
  mkdirSync(join(world.directory, 'certificates'));
  certificates = makeCertificates(join(world.directory, 'certificates'));
  writeFileSync(join(world.directory, 'ca.pem'), certificates.ca);
  const program = Buffer.from('#!/bin/sh\n');
  const parts = { containerd: { containerd: program }, cniPlugins: { bridge: program } };
  files = runtimeSite(world.directory, { ...parts, runc: program, crictl: program }, versions);
});
beforeEach(() => {
  rmSync(cacheDirectory, { recursive: true, force: true });
});
afterEach(() => world.endTest());
afterAll(() => {
  world.end();
});

async function mirror(changed: Readonly<Record<string, RequestListener>> = {}): Promise<WebServer> {
  return world.use(serve(answerFiles(files, changed), certificates.good));
}

interface Wish {
  readonly whole: boolean;
  readonly more?: string;
  readonly kubernetes?: string;
}

async function read({ url }: WebServer, { whole, more = '', kubernetes = 'binaries' }: Wish) {
  writeFileSync(
    inventory,
    `cluster:
  name: lab
  kubernetes: { version: ${version}, source: ${kubernetes} }
  runtime:
    source: { binaries: { mirror: "${url}/", ca: ./ca.pem${more} } }
hosts: [{ name: master1, address: 10.1.0.1, roles: [control-plane, worker] }]
`,
  );
  const { kubernetes: source, runtime } = await openCluster(inventory, {
    homeDirectory: '/home/alice',
    userName: 'alice',
  });
  const now = world.clock.date();
  const report = () => undefined;
  const reading = { whole, report, signal: world.signal, cacheDirectory, through: {}, now };
  return runtime.read(source.known, reading);
}

function got({ requests }: WebServer): readonly string[] {
  return requests.filter(({ method }) => method === 'GET').map(({ url = '' }) => url.replace(/^.*\//, ''));
}

describe('the releases of a mirror', () => {
  it('are known to a plan, which fetches their checksums alone', async () => {
    const from = await mirror();
    const offer = await read(from, { whole: false });
    expect(offer).toMatchObject({
      source: 'binaries',
      architecture: 'amd64',
      replaces: ['containerd', 'runc', 'containernetworking-plugins'],
    });
    expect(offer.downloads).toBeUndefined();
    expect(offer.releases.map(({ name }) => name)).toEqual(names);
    for (const { name, part, sha256: sum, size } of offer.releases) {
      const found = Object.entries(files).find(([path]) =>
        path.endsWith(part === 'runc' ? '/runc.amd64' : `/${name}`),
      );
      expect({ sum, size }).toEqual({
        sum: sha256(found?.[1] ?? Buffer.alloc(0)),
        size: found?.[1].length,
      });
    }
    expect(got(from)).toEqual([
      `${names[0] ?? ''}.sha256sum`,
      'runc.sha256sum',
      `${names[2] ?? ''}.sha256`,
      `${names[3] ?? ''}.sha256`,
    ]);
    expect(existsSync(cacheDirectory)).toBe(false);
  });

  it('are fetched when they are to be sent, once', async () => {
    const from = await mirror();
    const { directory } = await read(from, { whole: true });
    expect(readdirSync(directory).sort()).toEqual([...names, 'digests.json'].sort());
    const before = from.requests.length;
    await read(from, { whole: true });
    expect(from.requests.length).toBe(before);
  });

  it('are left to hosts that fetch themselves, which are told what they must be; the site is asked once', async () => {
    const from = await mirror();
    const offer = await read(from, { whole: true, more: ', fetch: host' });
    const [first = ''] = Object.keys(files).filter((path) => path.endsWith(`/${names[0] ?? ''}`));
    expect(offer.downloads?.ca).toBe(certificates.ca);
    expect(offer.downloads?.urls[names[0] ?? '']).toBe(`${from.url}${first}`);
    expect(readdirSync(offer.directory)).toEqual(['digests.json']);
    const before = from.requests.length;
    expect(await read(from, { whole: true, more: ', fetch: host' })).toEqual(offer);
    expect(from.requests.length).toBe(before);
  });

  it('are those that the packages of Kubernetes do not bring', async () => {
    const { releases } = await read(await mirror(), { whole: false, kubernetes: 'packages' });
    expect(releases.map(({ part }) => part)).toEqual(['containerd', 'runc']);
  });

  it('are those of the architecture of the programs of Kubernetes', async () => {
    const kubernetes = '{ binaries: { architecture: arm64 } }';
    const error = await failure(read(await mirror(), { whole: false, kubernetes }));
    expect(error.message).toContain('linux-arm64.tar.gz');
  });
});

describe('a mirror that is not as it should be is named at its line of the inventory', () => {
  it.each([
    ['lacks a release', { 'runc.amd64': status(404) }, /runc\.amd64 cannot be fetched: .*404/],
    ['lacks a checksum', { '.tgz.sha256': status(404) }, /\.tgz\.sha256 cannot be fetched: .*404/],
    [
      'has a list without it',
      { 'runc.sha256sum': file(Buffer.from(`${'a'.repeat(64)}  runc.arm64\n`)) },
      /no row for runc\.amd64/,
    ],
    ['sends a page instead', { '.sha256sum': file(Buffer.from('<html>')) }, /is no checksum: .*web page/],
    ['sends something else', { 'runc.amd64': file(Buffer.alloc(10)) }, /its SHA-256 is/],
    ['wants a login', { 'runc.sha256sum': status(401) }, /401/],
  ])('when it %s', async (_, changed, message) => {
    const error = await failure(read(await mirror(changed), { whole: true }));
    expect(error.code).toBe('download.failed');
    expect(error.message).toMatch(message);
    expect(error.where && formatPlace(error.where)).toBe(`${inventory}:5:13`);
  });
});
