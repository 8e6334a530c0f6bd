// `source: binaries`: what is fetched of a mirror, when, and what is said when it is not as it should be.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCluster } from '../../../src/app/cluster.ts';
import { formatPlace } from '../../../src/core/errors.ts';
import { makeCertificates, type Certificates } from '../../support/web-certificates.ts';
import { file, serve, sha256, status, type WebServer } from '../../support/web-server.ts';
import { failure, WebWorld } from '../../support/web-world.ts';

const world = new WebWorld();
const inventory = join(world.directory, 'cluster.yaml');
const cacheDirectory = join(world.directory, 'cache');
const programs: Readonly<Record<string, Buffer>> = Object.fromEntries(
  ['kubeadm', 'kubelet', 'kubectl'].map((name) => [name, Buffer.from(`#!/bin/sh\necho ${name}\n`)]),
);
let certificates: Certificates;

beforeAll(() => {
  mkdirSync(join(world.directory, 'certificates'));
  certificates = makeCertificates(join(world.directory, 'certificates'));
  writeFileSync(join(world.directory, 'ca.pem'), certificates.ca);
});
beforeEach(() => {
  rmSync(cacheDirectory, { recursive: true, force: true });
});
afterEach(() => world.endTest());
afterAll(() => {
  world.end();
});

/** Has the makers' paths; `changed` answers some of them otherwise. */
async function mirror(changed: Readonly<Record<string, RequestListener>> = {}): Promise<WebServer> {
  const answer: RequestListener = (request, response) => {
    const [, name = '', checksum] =
      /^\/k8s\/release\/v1\.37\.2\/bin\/linux\/amd64\/(\w+)(\.sha256)?$/.exec(request.url ?? '') ?? [];
    const content = programs[name];
    if (content === undefined) {
      status(404)(request, response);
      return;
    }
    const usual = checksum === undefined ? file(content) : file(Buffer.from(sha256(content)));
    (changed[`${name}${checksum ?? ''}`] ?? usual)(request, response);
  };
  return world.use(serve(answer, certificates.good));
}

async function read({ url }: WebServer, { whole, ca = true }: { whole: boolean; ca?: boolean }) {
  const more = ca ? ', ca: ./ca.pem' : '';
  writeFileSync(
    inventory,
    `cluster:
  name: lab
  kubernetes:
    version: v1.37.2
    source: { binaries: { mirror: "${url}/k8s/"${more} } }
  images: { repository: "registry.example/k8s" }
hosts: [{ name: master1, address: 10.1.0.1, roles: [control-plane, worker] }]
`,
  );
  const { kubernetes } = await openCluster(inventory, { homeDirectory: '/home/alice', userName: 'alice' });
  const told: string[] = [];
  const report = (line: string) => told.push(line);
  const now = world.clock.date();
  const reading = { whole, report, signal: world.signal, cacheDirectory, through: {}, now };
  const { bundle } = await kubernetes.read(reading);
  return { ...bundle, told };
}

function paths({ requests }: WebServer): readonly string[] {
  return requests.map(({ method = '', url = '' }) => `${method} ${url.replace(/^.*\//, '')}`);
}

describe('the programs of a mirror', () => {
  it('are known by their digests and sizes to a plan, which fetches nothing else', async () => {
    const from = await mirror();
    const { manifest, directory, told } = await read(from, { whole: false });
    expect(manifest).toMatchObject({
      kubernetesVersion: 'v1.37.2',
      imageRepository: 'registry.example/k8s',
      pauseImage: 'registry.example/k8s/pause:3.10.2',
      clusterDns: true,
    });
    expect(manifest.files).toEqual(
      Object.entries(programs).map(([name, content]) => {
        const digest = { sha256: sha256(content), size: content.length };
        return { kind: 'binary', name, path: name, ...digest };
      }),
    );
    expect(new Set(paths(from).filter((path) => path.startsWith('GET ')))).toEqual(
      new Set(['GET kubeadm.sha256', 'GET kubelet.sha256', 'GET kubectl.sha256']),
    );
    expect(existsSync(directory)).toBe(false);
    expect(told).toEqual([]);
  });

  it('are fetched when they are to be sent, once', async () => {
    const from = await mirror();
    const { directory, told } = await read(from, { whole: true });
    for (const [name, content] of Object.entries(programs))
      expect(readFileSync(join(directory, name)).equals(content)).toBe(true);
    expect(told).toEqual(
      Object.keys(programs).map(
        (name) => expect.stringMatching(`^fetching https:.*/${name} \\(0 kB\\)$`) as string,
      ),
    );
    const before = from.requests.length;
    await read(from, { whole: true });
    expect(from.requests.length).toBe(before);
  });

  it('are fetched again when one was damaged since, at equal length', async () => {
    const from = await mirror();
    const { directory, manifest } = await read(from, { whole: true });
    const kubelet = join(directory, 'kubelet');
    const content = readFileSync(kubelet);
    writeFileSync(kubelet, content.toString().replace('echo', 'ECHO'));
    const planned = await read(from, { whole: false });
    expect(planned.manifest).toEqual(manifest);
    const { told } = await read(from, { whole: true });
    expect(told).toEqual([expect.stringMatching(/^fetching https:.*\/kubelet /)]);
    expect(readFileSync(kubelet).equals(content)).toBe(true);
  });

  it('are believed where another program has moved them, once they were compared', async () => {
    const from = await mirror();
    const { directory } = await read(from, { whole: true });
    const record = readFileSync(join(directory, 'digests.json'), 'utf8');
    const before = from.requests.length;
    cpSync(join(directory, 'kubelet'), join(directory, 'copy'));
    renameSync(join(directory, 'copy'), join(directory, 'kubelet'));
    expect((await read(from, { whole: true })).told).toEqual([]);
    expect(from.requests.length).toBe(before);
    expect(readFileSync(join(directory, 'digests.json'), 'utf8')).not.toBe(record);
    expect(readdirSync(directory)).not.toContain('lock');
  });

  it('go on where a run has ended, without those that are there', async () => {
    let isThere = false;
    const from = await mirror({
      kubelet: (request, response) => {
        (isThere ? file(programs['kubelet'] ?? Buffer.alloc(0)) : status(404))(request, response);
      },
    });
    await failure(read(from, { whole: true }));
    isThere = true;
    const { directory, told } = await read(from, { whole: true });
    expect(told.map((line) => line.replace(/^.*\/(\w+) .*$/, '$1'))).toEqual(['kubelet', 'kubectl']);
    expect(readdirSync(directory).sort()).toEqual(['digests.json', 'kubeadm', 'kubectl', 'kubelet']);
  });
});

it('a checksum that a mirror has mended since is believed', async () => {
  let isMended = false;
  const content = programs['kubelet'] ?? Buffer.alloc(0);
  const from = await mirror({
    'kubelet.sha256': (request, response) => {
      file(Buffer.from(sha256(isMended ? content : Buffer.alloc(1))))(request, response);
    },
  });
  await read(from, { whole: false });
  await failure(read(from, { whole: true }));
  isMended = true;
  const { directory } = await read(from, { whole: true });
  expect(readFileSync(join(directory, 'kubelet')).equals(content)).toBe(true);
});

describe('a mirror that is not as it should be is named at its line of the inventory', () => {
  it.each([
    ['lacks a program', { kubelet: status(404) }, /kubelet cannot be fetched: .*404/],
    ['lacks a checksum', { 'kubeadm.sha256': status(404) }, /kubeadm\.sha256 cannot be fetched: .*404/],
    ['sends a page instead', { 'kubeadm.sha256': file(Buffer.from('<html>')) }, /is no checksum: .*web page/],
    [
      'sends something else',
      { kubelet: file(Buffer.alloc(28)) },
      /kubelet cannot be fetched: its SHA-256 is/,
    ],
    ['wants a login', { 'kubeadm.sha256': status(401) }, /401/],
  ])('when it %s', async (_, changed, message) => {
    const error = await failure(read(await mirror(changed), { whole: true }));
    expect(error.code).toBe('download.failed');
    expect(error.message).toMatch(message);
    expect(error.where && formatPlace(error.where)).toBe(`${inventory}:5:25`);
  });

  it('when nobody vouches for it that this machine knows', async () => {
    const error = await failure(read(await mirror(), { whole: false, ca: false }));
    expect(error.code).toBe('download.failed');
    expect(error.hint).toContain('ca');
  });

  it('when the file with certificates is not there', async () => {
    rmSync(join(world.directory, 'ca.pem'));
    const error = await failure(read(await mirror(), { whole: false }));
    writeFileSync(join(world.directory, 'ca.pem'), certificates.ca);
    expect(error.code).toBe('file.unreadable');
    expect(error.message).toContain('ca.pem');
  });

  it('when that file has something else', async () => {
    writeFileSync(join(world.directory, 'ca.pem'), certificates.ca.replace(/[A-Za-z]{20}/, 'x'));
    const error = await failure(read(await mirror(), { whole: false }));
    writeFileSync(join(world.directory, 'ca.pem'), certificates.ca);
    expect(error.code).toBe('file.unreadable');
    expect(error.message).toMatch(/ca\.pem has no certificates that can be read$/);
    expect(error.where && formatPlace(error.where)).toBe(`${inventory}:5:25`);
  });
});
