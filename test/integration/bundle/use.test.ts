// Finished bundles: signed, checked, damaged in many ways, and spread to a registry that hosts can take images from.
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withSkopeo } from '../../../src/bundle/registry/skopeo.ts';
import {
  kubernetesNames,
  makeSigner,
  startBundleWorld,
  version,
  type BundleWorld,
} from '../../support/bundle-world.ts';

let world: BundleWorld;
let signer: ReturnType<typeof makeSigner>;
let stranger: ReturnType<typeof makeSigner>;

beforeAll(async () => {
  world = await startBundleWorld();
  signer = makeSigner(world.directory, 'alice');
  stranger = makeSigner(world.directory, 'mallory');
  const create = [
    'bundle',
    'create',
    world.path('bundle'),
    '-k',
    version,
    '--release',
    '12',
    ...world.sources,
  ];
  const image = ['--image', `${world.registry.name}/team/web:1.0`];
  const made = await world.run(...create, ...image, '--sign', signer.key);
  expect(made, made.stderr).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());

/** A copy of the bundle to be spoilt. */
function copy(name: string): string {
  cpSync(world.path('bundle'), world.path(name), { recursive: true });
  return world.path(name);
}

async function verify(path: string, allowed?: string) {
  const signers = allowed === undefined ? [] : ['--allowed-signers', allowed];
  return world.run('bundle', 'verify', path, ...signers);
}

function pack(directory: string): string {
  execFileSync('tar', [
    '-cf',
    `${directory}.tar`,
    '-C',
    directory,
    'manifest.json',
    'bin',
    'images',
    'packages',
  ]);
  return `${directory}.tar`;
}

describe('bundle verify', () => {
  it('says what a bundle has, and who has signed it', async () => {
    const good = await verify(world.path('bundle'), signer.allowed);
    expect(good).toMatchObject({ exitCode: 0 });
    expect(good.stdout).toMatch(
      /bundle is whole: Kubernetes v1\.37\.2 for amd64, \d+ files, [\d.]+ MB, signed by alice@example\.org/,
    );
    const json = await world.run('bundle', 'verify', world.path('bundle'), '-o', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ kubernetesVersion: version, architecture: 'amd64' });
  });

  it('names everything that is wrong at once', async () => {
    const spoilt = copy('spoilt');
    const bytes = readFileSync(`${spoilt}/bin/kubelet`);
    bytes.write('K', 1000);
    writeFileSync(`${spoilt}/bin/kubelet`, bytes);
    appendFileSync(`${spoilt}/bin/kubectl`, 'more');
    rmSync(`${spoilt}/packages/debian-12/keepalived_1.0-1_all.deb`);
    writeFileSync(`${spoilt}/packages/debian-12/evil_1_all.deb`, 'x');
    writeFileSync(`${spoilt}/install.sh`, '#!/bin/sh\n');
    chmodSync(`${spoilt}/install.sh`, 0o755);
    writeFileSync(`${spoilt}/README`, 'our bundle of July\n');
    const faults = [
      'bin/kubelet: has another SHA-256 than the manifest says',
      /bin\/kubectl: has \d+ bytes instead of 160000/,
      'packages/debian-12/keepalived_1.0-1_all.deb: is missing',
      'packages/debian-12/evil_1_all.deb: is not in the manifest',
      'install.sh: is not in the manifest',
    ];
    const found = await verify(spoilt);
    expect(found.exitCode).toBe(3);
    for (const fault of faults) expect(found.stderr).toMatch(fault);
    expect(found.stderr).not.toContain('README');
    execFileSync('tar', [
      '-cf',
      `${spoilt}.tar`,
      '-C',
      spoilt,
      ...['manifest.json', 'bin', 'images', 'packages', 'install.sh'],
    ]);
    const packed = await verify(`${spoilt}.tar`);
    expect(packed.exitCode).toBe(3);
    for (const fault of faults) expect(packed.stderr).toMatch(fault);
  });

  it('refuses what nobody, or a stranger, has signed, and a manifest that was changed since', async () => {
    const unknown = await verify(world.path('bundle'), stranger.allowed);
    expect(unknown).toMatchObject({ exitCode: 3 });
    expect(unknown.stderr).toContain('does not have whoever has signed the bundle');
    const changed = copy('changed');
    const text = readFileSync(`${changed}/manifest.json`, 'utf8');
    writeFileSync(`${changed}/manifest.json`, text.replace('"clusterDns": true', '"clusterDns": false'));
    const wrong = await verify(changed, signer.allowed);
    expect(wrong).toMatchObject({ exitCode: 3 });
    expect(wrong.stderr).toContain('the signature of the bundle is wrong');
    rmSync(`${changed}/manifest.json.sig`);
    const unsigned = await verify(changed, signer.allowed);
    expect(unsigned).toMatchObject({ exitCode: 3 });
    expect(unsigned.stderr).toContain('is not signed');
    const other = copy('for-something-else');
    rmSync(`${other}/manifest.json.sig`);
    execFileSync('ssh-keygen', [
      '-q',
      '-Y',
      'sign',
      '-n',
      'file',
      '-f',
      signer.key,
      `${other}/manifest.json`,
    ]);
    expect(await verify(other, signer.allowed)).toMatchObject({ exitCode: 3 });
  });

  it('reads an archive, whole or cut off', async () => {
    const create = ['bundle', 'create', world.path('one.tar'), '-k', version, ...world.sources];
    expect(await world.run(...create, '--sign', signer.key)).toMatchObject({ exitCode: 0 });
    expect(existsSync(world.path('one.tar.unfinished'))).toBe(false);
    const good = await verify(world.path('one.tar'), signer.allowed);
    expect(good, good.stderr).toMatchObject({ exitCode: 0 });
    expect(good.stdout).toContain('signed by alice@example.org');
    expect(await world.run(...create)).toMatchObject({ exitCode: 64 });
    const bytes = readFileSync(world.path('one.tar'));
    writeFileSync(world.path('cut.tar'), bytes.subarray(0, bytes.length / 2));
    const cut = await verify(world.path('cut.tar'));
    expect(cut).toMatchObject({ exitCode: 3 });
    expect(cut.stderr).toContain('cannot be read as an archive');
    const unsigned = await verify(pack(copy('packed')), signer.allowed);
    expect(unsigned).toMatchObject({ exitCode: 3 });
    expect(await verify(world.path('nowhere'))).toMatchObject({ exitCode: 3 });
  });
});

describe('an inventory that names the bundle', () => {
  const inventory = (source: string): string => {
    const text = `cluster:
  name: lab
  kubernetes: { version: ${version}, source: ${source} }
hosts: [{ name: master1, address: 10.1.0.1, roles: [control-plane, worker] }]
`;
    writeFileSync(world.path('cluster.yaml'), text);
    return world.path('cluster.yaml');
  };

  it('is valid with its signer, and wrong with another at the line that names them', async () => {
    const good = await world.run(
      'validate',
      inventory('{ bundle: ./bundle, allowedSigners: ./alice.allowed }'),
    );
    expect(good, good.stderr).toMatchObject({ exitCode: 0 });
    const wrong = await world.run(
      'validate',
      inventory('{ bundle: ./bundle, allowedSigners: ./mallory.allowed }'),
    );
    expect(wrong).toMatchObject({ exitCode: 3 });
    expect(wrong.stderr).toMatch(/cluster\.yaml:3:\d+.*does not have whoever has signed/);
  });

  it('is told how an archive is unpacked', async () => {
    execFileSync('tar', ['-cf', world.path('bundle.tar'), '-C', world.path('bundle'), '.']);
    const wrong = await world.run('validate', inventory('{ bundle: ./bundle.tar }'));
    expect(wrong).toMatchObject({ exitCode: 3 });
    expect(wrong.stderr).toMatch(/Unpack it and name the directory: mkdir \S+\/bundle && tar -xf/);
  });
});

describe('bundle push', () => {
  it('puts the images where kubeadm and workloads ask for them, and says what to write', async () => {
    const target = `${world.registry.name}/room/k8s`;
    const pushed = await world.run('bundle', 'push', target, world.path('bundle'), ...world.access);
    expect(pushed, pushed.stderr).toMatchObject({ exitCode: 0 });
    expect(pushed.stdout).toContain(`  images: { repository: ${target} }`);
    expect(pushed.stdout).toContain(
      `  image: ${target}/team/web:1.0   # was ${world.registry.name}/team/web:1.0`,
    );
    const access = { ca: world.path('ca.pem'), authFile: world.path('auth.json') };
    const { signal } = new AbortController();
    const names = [...kubernetesNames.map((name) => name.replace('coredns/', '')), 'team/web:1.0'];
    const digests = await withSkopeo(access, signal, (skopeo) =>
      Promise.all(names.map((name) => skopeo.digest(`${target}/${name}`, 'amd64', signal))),
    );
    expect(new Set(digests).size).toBe(names.length);
    // A bundle can be made of what was pushed: its names are those that kubeadm asks for.
    const again = await world.run(
      ...['bundle', 'create', world.path('again'), '-k', version, '--image-repository', target],
      ...['--mirror', `${world.site.url}/mirror`, ...world.access],
    );
    expect(again, again.stderr).toMatchObject({ exitCode: 0 });
  });

  it('without a login, or with a damaged bundle, nothing is sent', async () => {
    const ca = ['--ca', world.path('ca.pem')];
    const failed = await world.run('bundle', 'push', `${world.registry.name}/x`, world.path('bundle'), ...ca);
    expect(failed).toMatchObject({ exitCode: 6 });
    expect(failed.stderr).toContain('wants a login');
    const damaged = copy('damaged');
    appendFileSync(`${damaged}/bin/kubelet`, 'x');
    const refused = await world.run('bundle', 'push', `${world.registry.name}/x`, damaged, ...world.access);
    expect(refused).toMatchObject({ exitCode: 3 });
    expect(await world.run('bundle', 'push', 'https://x', damaged)).toMatchObject({ exitCode: 64 });
  });
});
