// Bundles with Kubernetes as packages, from a real repository that a key has signed: what is in them, and what goes wrong.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BundleContents } from '../../../src/bundle/make/contents.ts';
import { loadBundle } from '../../../src/bundle/load.ts';
import { kubernetesNames, startBundleWorld, version, type BundleWorld } from '../../support/bundle-world.ts';
import { makeSigningKey } from '../../support/signing-key.ts';
import { file, firstBytes, status } from '../../support/web-server.ts';

// Several runs of the program each, and apt waits before it tries again.
vi.setConfig({ testTimeout: 180_000 });

let world: BundleWorld;

beforeAll(async () => {
  world = await startBundleWorld();
});
afterEach(() => {
  world.changed.clear();
  world.forget();
  world.packages.sign(world.signer);
});
afterAll(() => world.stop());

function create(name: string, ...more: readonly string[]): readonly string[] {
  return ['bundle', 'create', world.path(name), '-k', version, ...world.packageSources, ...more];
}

const names = ['kubeadm', 'kubelet', 'kubectl', 'cri-tools', 'kubernetes-cni'];
const kubelet = 'kubelet_1.37.2-1.1_amd64.deb';

/** What the site was asked for since, by the names of the files. */
function asked(since: number): readonly string[] {
  return world.site.requests.slice(since).map(({ url = '' }) => url.replace(/^.*\//, ''));
}

function packageBytes(): Buffer {
  return readFileSync(join(world.packages.directory, 'amd64', kubelet));
}

describe('a bundle of packages', () => {
  it('is listed by what the repository has, and the images by what its kubeadm names', async () => {
    const shown = await world.run(...create('listed', '--dry-run', '-o', 'json'));
    expect(shown, shown.stderr).toMatchObject({ exitCode: 0 });
    const line = shown.stdout.split('\n').find((one) => one.startsWith('{"programs"')) ?? '';
    const { programs, kubernetesPackages, images } = JSON.parse(line) as BundleContents;
    expect(programs).toEqual([]);
    expect(kubernetesPackages.map(({ name, version: held }) => [name, held])).toEqual([
      ['kubeadm', '1.37.2-1.1'],
      ['kubelet', '1.37.2-1.1'],
      ['kubectl', '1.37.2-1.1'],
      ['cri-tools', '1.37.0-1.1'],
      ['kubernetes-cni', '1.8.0-1.1'],
    ]);
    expect(images).toHaveLength(kubernetesNames.length);
    expect(existsSync(world.path('listed'))).toBe(false);
  });

  it('has them for all releases of Debian, and a second call fetches none', async () => {
    const wanted = create('whole', '--release', '12');
    const first = await world.run(...wanted);
    expect(first, first.stderr).toMatchObject({ exitCode: 0 });
    const { manifest } = await loadBundle(world.path('whole'), 'content');
    expect(manifest.files.filter(({ kind }) => kind === 'binary')).toEqual([]);
    expect(
      manifest.files.slice(0, 5).map(({ kind, name, path }) => [kind, name, path.replace(/[^/]*$/, '')]),
    ).toEqual(names.map((name) => ['package', name, 'packages/kubernetes/']));
    expect(manifest.files[1]).toMatchObject({ name: 'kubelet', neededBy: ['kubelet', 'kubeadm'] });
    expect(manifest.files[1]).not.toHaveProperty('for');
    expect(readdirSync(world.path('whole')).toSorted()).toEqual(['images', 'manifest.json', 'packages']);
    const before = world.site.requests.length;
    const second = await world.run(...wanted);
    expect(second.stderr).toContain('Packages of Kubernetes v1.37.2: there already');
    expect(asked(before).filter((name) => name.endsWith('.deb'))).toEqual([]);
    expect(await world.run('bundle', 'verify', world.path('whole'))).toMatchObject({ exitCode: 0 });
  });

  it('takes mirror, key and kind from an inventory, and is taken by one', async () => {
    const [, , , mirror = '', , key = ''] = world.packageSources;
    const inventory = (source: string): string => `cluster:
  name: lab
  kubernetes: { version: ${version}, source: ${source} }
  images: { repository: "${world.repository}" }
hosts: [{ name: master1, address: 10.1.0.1, roles: [control-plane, worker] }]
`;
    writeFileSync(
      world.path('cluster.yaml'),
      inventory(`{ packages: { mirror: "${mirror}", ca: ./ca.pem, key: ${key} } }`),
    );
    const options = ['--inventory', world.path('cluster.yaml'), '--authfile', world.path('auth.json')];
    const made = await world.run('bundle', 'create', world.path('of-inventory'), ...options);
    expect(made, made.stderr).toMatchObject({ exitCode: 0 });
    writeFileSync(
      world.path('room.yaml'),
      inventory('{ bundle: ./of-inventory }').replace(/ {2}images: .*\n/, ''),
    );
    const taken = await world.run('validate', world.path('room.yaml'));
    expect(taken, taken.stderr).toMatchObject({ exitCode: 0 });
  });

  it.each(['packages', 'binaries'])(
    'is made for another architecture than this machine has (%s)',
    async (from) => {
      const sources = from === 'packages' ? world.packageSources : world.sources;
      const wanted = (repository: string) => [
        ...['bundle', 'create', world.path(`arm64-${from}`), '-k', version, '--architecture', 'arm64'],
        ...sources.map((word) => (word === world.repository ? repository : word)),
        ...['--release', '13'],
      ];
      const other = await world.run(...wanted(world.repository));
      expect(other).toMatchObject({ exitCode: 6 });
      expect(other.stderr).toContain('the registry has it for amd64 only');
      const made = await world.run(...wanted(`${world.registry.name}/arm`));
      expect(made, made.stderr).toMatchObject({ exitCode: 0 });
      const { manifest, directory } = await loadBundle(world.path(`arm64-${from}`), 'content');
      expect(manifest.architecture).toBe('arm64');
      const kubelet = manifest.files.find(({ name }) => name === 'kubelet');
      const content = readFileSync(join(directory, kubelet?.path ?? ''), 'latin1');
      expect(content).toMatch(from === 'packages' ? /kubelet of arm64/ : /arm64$/);
      expect(manifest.files.filter(({ name }) => name === 'ipvsadm')).toMatchObject([
        { for: { versionId: '13' } },
      ]);
    },
  );
});

describe('what goes wrong', () => {
  it('packages of somebody else’s key are not taken', async () => {
    const other = makeSigningKey(world.path('other-key'));
    try {
      world.packages.sign(other);
      const named = await world.run(...create('other'));
      expect(named).toMatchObject({ exitCode: 6 });
      expect(named.stderr).toContain(
        `is the key ${other.fingerprint} instead of ${world.signer.fingerprint}`,
      );
      expect(named.stderr).toContain('--key');
      world.packages.sign(other, world.signer.armored);
      const signed = await world.run(...create('other'));
      expect(signed).toMatchObject({ exitCode: 6 });
      expect(signed.stderr).toContain('it was not signed by the key that is asked for');
      expect(existsSync(world.path('other', 'manifest.json'))).toBe(false);
    } finally {
      other.close();
      world.packages.sign(world.signer);
    }
    expect(await world.run(...create('other-since', '-n'))).toMatchObject({ exitCode: 0 });
  });

  it('nor those whose key has expired', async () => {
    const old = makeSigningKey(world.path('old-key'), { lifetime: '1y', made: '20200101T000000' });
    world.changed.set('Release.key', file(Buffer.from(old.armored)));
    const words = create('expired').map((word) =>
      word === world.signer.fingerprint ? old.fingerprint : word,
    );
    const failed = await world.run(...words);
    old.close();
    expect(failed).toMatchObject({ exitCode: 6 });
    expect(failed.stderr).toMatch(/Release\.key has expired on 20\d\d-/);
  });

  it.each([
    ['cut in the middle', () => firstBytes(20_000, packageBytes())],
    ['truncated', () => file(packageBytes().subarray(0, 20_000))],
    ['another than was signed', () => file(Buffer.from(packageBytes().fill(0, 40_000, 40_001)))],
    ['not there', () => status(404)],
    ['refused', () => status(401)],
    ['asked for too often', () => status(429)],
  ])('a package is %s: it is not used, and the next call goes on', async (what, answer) => {
    const name = `package-${what.replaceAll(' ', '-')}`;
    world.changed.set(kubelet, (request, response) => {
      answer()(request, response);
      if (what.startsWith('cut')) setTimeout(() => request.socket.destroy(), 100);
    });
    const failed = await world.run(...create(name));
    expect(failed.exitCode, failed.stderr).toBe(6);
    expect(failed.stderr).toContain("Kubernetes' packages cannot be had from");
    expect(existsSync(world.path(name, 'manifest.json'))).toBe(false);
    world.changed.clear();
    const done = await world.run(...create(name));
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    await loadBundle(world.path(name), 'content');
  });

  it('a version that the repository does not have, or that nobody ever packed', async () => {
    const words = (wanted: string) => create('unknown').map((word) => (word === version ? wanted : word));
    const failed = await world.run(...words('v1.37.3'));
    expect(failed).toMatchObject({ exitCode: 6 });
    expect(failed.stderr).toContain('it has no v1.37.3');
    const old = await world.run(...words('v1.23.17'));
    expect(old).toMatchObject({ exitCode: 64 });
    expect(old.stderr).toContain('has no packages: their repositories were closed');
  });

  it('a mirror that wants a login, or whose certificate nobody vouches for', async () => {
    world.changed.set('Release.key', status(401));
    const login = await world.run(...create('login'));
    expect(login).toMatchObject({ exitCode: 6 });
    expect(login.stderr).toMatch(/Release\.key cannot be fetched: .*401/);
    world.changed.clear();
    const stranger = create('stranger').filter((word) => word !== '--ca' && word !== world.path('ca.pem'));
    expect((await world.run(...stranger)).stderr).toMatch(/certificate/);
  });

  it('a full disk: with more room the same command goes on', async () => {
    const place = world.path('small');
    mkdirSync(place);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', place]);
    try {
      const failed = await world.run(...create('small/bundle'));
      expect(failed.exitCode, failed.stderr).toBe(6);
      expect(failed.stderr).toMatch(/the disk is full|ENOSPC/);
      execFileSync('mount', ['-o', 'remount,size=20m', place]);
      const done = await world.run(...create('small/bundle'));
      expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    } finally {
      execFileSync('umount', [place]);
    }
  });

  it('what does not go together on the command line comes at once', async () => {
    const failed = await world.run(
      ...['bundle', 'create', 'x', '-k', version, '--from', 'modules', '--mirror', 'https://a', '--key', 'x'],
      ...['--architecture', 'arm64', '--image-repository', 'a.example/b'],
    );
    expect(failed).toMatchObject({ exitCode: 64 });
    expect(failed.stderr.match(/^error /gm)).toHaveLength(5);
    const registry = await world.run('bundle', 'create', 'x', '-k', version, '--from', 'registry');
    expect(registry).toMatchObject({ exitCode: 64 });
    expect(registry.stderr).toContain('kubeadm, kubelet and kubectl are in none');
  });
});
