// Bundles made from real servers: what is fetched, what a second call fetches, and what goes wrong on the way.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { hostPackages } from '../../../src/bundle/make/host-packages.ts';
import { loadBundle } from '../../../src/bundle/load.ts';
import type { BundleContents } from '../../../src/bundle/make/contents.ts';
import { kubernetesNames, startBundleWorld, version, type BundleWorld } from '../../support/bundle-world.ts';
import { file, firstBytes, sha256, status } from '../../support/web-server.ts';

// Several runs of the program each, and apt waits before it tries again.
vi.setConfig({ testTimeout: 180_000 });

let world: BundleWorld;

beforeAll(async () => {
  world = await startBundleWorld();
});
afterEach(() => {
  world.changed.clear();
  world.forget();
});
afterAll(() => world.stop());

function create(name: string, ...more: readonly string[]): readonly string[] {
  return ['bundle', 'create', world.path(name), '-k', version, ...world.sources, ...more];
}

function images(): readonly string[] {
  return kubernetesNames.map((name) => `${world.repository}/${name.replace('coredns/', '')}`);
}

/** The blobs that the registry was asked for so far. */
function blobs(): number {
  return (world.registry.log().match(/"GET \/v2\/[^ ]*\/blobs\//g) ?? []).length;
}

describe('a bundle', () => {
  it('is listed before anything of it is fetched, or made', async () => {
    const shown = await world.run(...create('listed', '--release', '12', '--dry-run', '-o', 'json'));
    expect(shown).toMatchObject({ exitCode: 0 });
    const line = shown.stdout.split('\n').find((one) => one.startsWith('{"programs"')) ?? '';
    const { programs, images: found, packages } = JSON.parse(line) as BundleContents;
    expect(programs.map(({ name, sha256: digest }) => [name, digest])).toEqual(
      Object.entries(world.programs).map(([name, content]) => [name, sha256(content)]),
    );
    expect(found.map(({ name }) => name)).toEqual(images());
    expect(packages[0]?.packages.map(({ name }) => name).toSorted()).toEqual(
      [...hostPackages, 'libnl-3'].toSorted(),
    );
    expect(existsSync(world.path('listed'))).toBe(false);
    expect(blobs()).toBe(kubernetesNames.length);
    const text = await world.run(...create('listed', '--dry-run'));
    expect(text.stdout).toMatch(/^image +.*\/kube-apiserver:v1\.37\.2 +sha256:\w{12} +127\.0\.0\.1:\d+$/m);
  });

  it('has programs, images and packages, and a second call fetches nothing', async () => {
    const wanted = create(
      'whole',
      '--release',
      '12',
      '--release',
      'trixie',
      '--image',
      `${world.registry.name}/team/web:1.0`,
    );
    const first = await world.run(...wanted);
    expect(first, first.stderr).toMatchObject({ exitCode: 0 });
    const { manifest } = await loadBundle(world.path('whole'), 'content');
    expect(manifest).toMatchObject({
      kubernetesVersion: version,
      architecture: 'amd64',
      imageRepository: world.repository,
      pauseImage: `${world.repository}/pause:3.10.2`,
      clusterDns: true,
    });
    const found = manifest.files.flatMap((one) => (one.kind === 'image' ? [one] : []));
    expect(found.map(({ name, use }) => [name.replace(/^.*\//, '').replace(/:.*/, ''), use])).toEqual([
      ['kube-apiserver', 'control-plane'],
      ['kube-controller-manager', 'control-plane'],
      ['kube-scheduler', 'control-plane'],
      ['kube-proxy', 'node'],
      ['coredns', 'node'],
      ['pause', 'node'],
      ['etcd', 'control-plane'],
      ['web', 'workload'],
    ]);
    const archived = execFileSync('tar', [
      '-xOf',
      world.path('whole', found[0]?.path ?? ''),
      'manifest.json',
    ]);
    expect(JSON.parse(archived.toString())).toMatchObject([{ RepoTags: [images()[0]] }]);
    const ipvsadm = manifest.files.filter(({ name }) => name === 'ipvsadm' || name === 'libnl-3');
    expect(ipvsadm).toMatchObject(
      ['12', '13'].flatMap((versionId) =>
        ['libnl-3', 'ipvsadm'].map((name) => ({
          name,
          neededBy: ['ipvsadm'],
          for: { id: 'debian', versionId },
        })),
      ),
    );
    expect(readdirSync(world.path('whole')).toSorted()).toEqual([
      'bin',
      'images',
      'manifest.json',
      'packages',
    ]);

    const before = {
      site: world.site.requests.length,
      blobs: blobs(),
      packages: world.archive.requests.length,
    };
    const second = await world.run(...wanted);
    expect(second).toMatchObject({ exitCode: 0 });
    expect(second.stderr).toContain('Container images: there already');
    // Only the images' configurations are read, for their architecture.
    expect(blobs() - before.blobs).toBe(found.length);
    expect(world.archive.requests.slice(before.packages).filter((path) => path.endsWith('.deb'))).toEqual([]);
    expect(await loadBundle(world.path('whole'), 'content')).toMatchObject({ manifest });
  });

  it('takes version, mirror and images from an inventory', async () => {
    writeFileSync(
      world.path('cluster.yaml'),
      `cluster:
  name: lab
  kubernetes: { version: ${version}, source: { binaries: { mirror: "${world.site.url}/mirror", ca: ./ca.pem } } }
  images: { repository: "${world.repository}" }
hosts: [{ name: master1, address: 10.1.0.1, roles: [control-plane, worker] }]
workloads:
  - namespace: web
    deployments: [{ name: web, image: "${world.registry.name}/team/web:1.0", port: 80 }]
`,
    );
    const options = ['--inventory', world.path('cluster.yaml'), '--authfile', world.path('auth.json')];
    const made = await world.run('bundle', 'create', world.path('of-inventory'), ...options);
    expect(made, made.stderr).toMatchObject({ exitCode: 0 });
    const { manifest } = await loadBundle(world.path('of-inventory'));
    expect(manifest.files.at(-1)).toMatchObject({ name: `${world.registry.name}/team/web:1.0` });
    expect(made.stderr).toContain('It has no Debian packages');
  });
});

describe('what goes wrong', () => {
  it('a program with another checksum is not used, and the right one is fetched next', async () => {
    world.changed.set('kubelet', file(Buffer.from('something else')));
    const failed = await world.run(...create('checksum'));
    expect(failed.exitCode).toBe(6);
    expect(failed.stderr).toMatch(/kubelet cannot be fetched: its SHA-256 is \w{64} instead of \w{64}/);
    expect(existsSync(world.path('checksum', 'manifest.json'))).toBe(false);
    expect(existsSync(world.path('checksum', 'bin/kubelet'))).toBe(false);
    world.changed.clear();
    expect(await world.run(...create('checksum'))).toMatchObject({ exitCode: 0 });
    await loadBundle(world.path('checksum'), 'content');
  });

  it('Ctrl-C ends it cleanly, and the next call goes on in the middle of the file', async () => {
    const { kubelet = Buffer.of() } = world.programs;
    let seen: () => void = () => undefined;
    const half = new Promise<void>((resolve) => (seen = resolve));
    world.changed.set('kubelet', (request, response) => {
      if (request.method === 'HEAD') {
        file(kubelet)(request, response);
        return;
      }
      firstBytes(100_000, kubelet)(request, response);
      seen();
    });
    const { child, ended } = world.start(...create('stopped'));
    await half;
    const part = world.path('cache', 'ipvs-bootstrap');
    await expect.poll(() => partSize(part), { timeout: 20_000 }).toBe(100_000);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ exitCode: 130 });
    expect(existsSync(world.path('stopped', 'lock'))).toBe(false);
    world.changed.clear();
    const before = world.site.requests.length;
    expect(await world.run(...create('stopped'))).toMatchObject({ exitCode: 0 });
    const asked = world.site.requests.slice(before).filter(({ method }) => method === 'GET');
    expect(asked.find(({ url }) => url?.endsWith('/kubelet') === true)?.headers.range).toBe('bytes=100000-');
    expect(asked.filter(({ url }) => url?.endsWith('/kubeadm') === true)).toEqual([]);
  });

  it('a registry that wants a login: all images are named at once, and what to do', async () => {
    const sources = world.sources.filter((word) => word !== '--authfile' && word !== world.path('auth.json'));
    const failed = await world.run('bundle', 'create', world.path('login'), '-k', version, ...sources);
    expect(failed.exitCode).toBe(6);
    const told = failed.stderr.match(/: the registry wants a login/g) ?? [];
    expect(told).toHaveLength(kubernetesNames.length);
    expect(failed.stderr).toContain(`"skopeo login ${world.registry.name}" asks for one`);
    expect(existsSync(world.path('login'))).toBe(false);
  });

  it('images that the registry does not have are told before anything is fetched', async () => {
    const more = ['a:1', 'b:2'].flatMap((name) => ['--image', `${world.registry.name}/no/${name}`]);
    const failed = await world.run(...create('missing', ...more));
    expect(failed.exitCode).toBe(6);
    expect(failed.stderr.match(/\/no\/\w:\d: the registry does not have it/g)).toHaveLength(2);
    expect(existsSync(world.path('missing'))).toBe(false);
  });

  it('a registry whose certificate nobody vouches for', async () => {
    const image = `${world.registry.name}/team/web:1.0`;
    writeFileSync(world.path('other.pem'), readFileSync(world.path('ca.pem')));
    const failed = await world.run(
      ...['bundle', 'create', world.path('tls'), '-k', version, '--image', image],
      ...['--mirror', `${world.site.url}/mirror`],
    );
    expect(failed.exitCode).toBe(6);
    // The mirror is asked first.
    expect(failed.stderr).toMatch(/certificate/);
  });

  it('a program that is not there', async () => {
    world.changed.set('kubectl.sha256', status(404));
    const failed = await world.run(...create('not-there'));
    expect(failed).toMatchObject({ exitCode: 6 });
    expect(failed.stderr).toMatch(/kubectl\.sha256 cannot be fetched: .*404/);
  });

  it.each([
    ['refused', status(401), /401/],
    ['asked for too often', status(429), /429/],
    ['truncated', file(Buffer.from('kubelet')), /SHA-256 is/],
  ])('a program that is %s: it is not used, and the next call goes on', async (what, answer, words) => {
    const name = `program-${what.replaceAll(' ', '-')}`;
    world.changed.set('kubelet', answer);
    const failed = await world.run(...create(name));
    expect(failed).toMatchObject({ exitCode: 6 });
    expect(failed.stderr).toMatch(/kubelet cannot be fetched/);
    expect(failed.stderr).toMatch(words);
    expect(existsSync(world.path(name, 'manifest.json'))).toBe(false);
    world.changed.clear();
    expect(await world.run(...create(name))).toMatchObject({ exitCode: 0 });
    await loadBundle(world.path(name), 'content');
  });

  it.each([
    ['not there', status(404)],
    ['refused', status(401)],
    ['another than the list says', file(Buffer.alloc(600))],
    ['cut off', firstBytes(300, Buffer.alloc(600))],
  ])('a package of Debian that is %s: it is not used, and the next call goes on', async (what, answer) => {
    const name = `debian-${what.replaceAll(' ', '-')}`;
    world.archive.changed.set('/pool/ipvsadm_1.0-1_all.deb', (request, response) => {
      answer(request, response);
      if (what === 'cut off') setTimeout(() => request.socket.destroy(), 100);
    });
    const failed = await world.run(...create(name, '--release', '12'));
    expect(failed.exitCode, failed.stderr).toBe(6);
    expect(failed.stderr).toContain('the packages of Debian 12 cannot be fetched');
    expect(existsSync(world.path(name, 'manifest.json'))).toBe(false);
    world.archive.changed.clear();
    const done = await world.run(...create(name, '--release', '12'));
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    await loadBundle(world.path(name), 'content');
  });

  it('a full disk: what fits is kept, and with more room the same command goes on', async () => {
    const place = world.path('small');
    mkdirSync(place);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700k', 'tmpfs', place]);
    try {
      const failed = await world.run(...create('small/bundle', '--release', '12'));
      expect(failed.exitCode, failed.stderr).toBe(6);
      expect(failed.stderr).toMatch(/no space left|disk is full|ENOSPC/i);
      expect(failed.stderr).toContain('the same command goes on from here');
      expect(existsSync(world.path('small/bundle/manifest.json'))).toBe(false);
      execFileSync('mount', ['-o', 'remount,size=20m', place]);
      const done = await world.run(...create('small/bundle', '--release', '12'));
      expect(done, done.stderr).toMatchObject({ exitCode: 0 });
      expect(done.stderr).toMatch(/Programs of Kubernetes v1\.37\.2: there already/);
      await loadBundle(world.path('small/bundle'), 'content');
    } finally {
      execFileSync('umount', [place]);
    }
  });

  it('a registry that breaks off in the middle of an image: the next call fetches that one, and no other', async () => {
    await world.registry.push('team/large', '1.0', randomBytes(450_000).toString('hex'));
    const way = await breakingWay(Number(world.registry.name.split(':')[1]));
    writeFileSync(
      world.path('way.json'),
      readFileSync(world.path('auth.json'), 'utf8').replace(world.registry.name, way.name),
    );
    const images = ['--image-repository', `${way.name}/k8s`, '--image', `${way.name}/team/large:1.0`];
    const wanted = [
      ...['bundle', 'create', world.path('broken'), '-k', version, '--mirror', `${world.site.url}/mirror`],
      ...['--ca', world.path('ca.pem'), '--authfile', world.path('way.json'), ...images],
    ];
    try {
      const failed = await world.run(...wanted);
      expect(failed, failed.stderr).toMatchObject({ exitCode: 6 });
      expect(failed.stderr).toMatch(/team\/large:1\.0: the connection broke off/);
      expect(existsSync(world.path('broken', 'manifest.json'))).toBe(false);
      way.mend();
      const done = await world.run(...wanted);
      expect(done, done.stderr).toMatchObject({ exitCode: 0 });
      expect(done.stderr).toContain('Container images: 1 of 8 fetched');
      await loadBundle(world.path('broken'), 'content');
    } finally {
      await way.close();
    }
  });

  it('another bundle, or something else, is never mixed with one', async () => {
    mkdirSync(world.path('home'));
    writeFileSync(world.path('home', 'letter'), 'x');
    const failed = await world.run(...create('home'));
    expect(failed).toMatchObject({ exitCode: 64 });
    expect(failed.stderr).toContain('is not empty, and has no bundle');
  });

  it('what is wrong on the command line comes at once', async () => {
    const failed = await world.run(
      ...['bundle', 'create', 'x', '-k', version, '--mirror', 'http://a', '--image', 'A B', '--image', '?'],
    );
    expect(failed).toMatchObject({ exitCode: 64 });
    expect(failed.stderr.match(/^error /gm)).toHaveLength(3);
    const login = await world.run('bundle', 'create', 'x', '-k', version, '--mirror', 'https://me:s3cret@a');
    expect(login).toMatchObject({ exitCode: 64 });
    expect(login.stderr).toContain('must be a URL without a name and a password in it');
    expect(login.stderr).not.toContain('s3cret');
    expect(await world.run('bundle', 'create', 'x')).toMatchObject({ exitCode: 64 });
    expect(await world.run('bundle', 'create', 'x', '-k', '1.9')).toMatchObject({ exitCode: 64 });
    const minor = await world.run('bundle', 'create', 'x', '-k', '1.37');
    expect(minor).toMatchObject({ exitCode: 64 });
    expect(minor.stderr).toContain('which one is the bundle to have?');
  });
});

/** A port that leads to another, until a connection has brought 300 kB: then it is cut. */
async function breakingWay(target: number) {
  let most = 300_000;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const on = connect(target, '127.0.0.1');
    for (const end of [socket, on]) {
      sockets.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        socket.destroy();
        on.destroy();
      });
    }
    let brought = 0;
    on.on('data', (piece) => {
      brought += piece.length;
      if (brought > most) on.destroy();
    });
    socket.pipe(on).pipe(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    name: `127.0.0.1:${port}`,
    mend: () => {
      most = Infinity;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Bytes of the one unfinished file below a directory. */
function partSize(directory: string): number {
  const found = execFileSync('find', [directory, '-name', '*.part', '-printf', '%s\n'], { encoding: 'utf8' });
  return Number(found.trim());
}
