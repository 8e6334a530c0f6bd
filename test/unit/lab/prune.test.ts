// What the cache can do without.
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cached, type CacheKey } from '../../../src/lab/cache.ts';
import { ownProcessTag } from '../../../src/local/programs/process-tag.ts';
import { findUnused, inventoryTexts, removeUnused } from '../../../src/lab/prune.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'prune-'));
});
afterEach(() => rm(root, { recursive: true }));

async function entry(name: string, key: CacheKey, content = 'x'): Promise<string> {
  const build = (directory: string) => writeFile(join(directory, 'file'), content);
  const { directory } = await cached({ root, name, key }, build);
  return directory.slice(root.length + 1);
}

const names = async (...mentions: readonly string[]) =>
  (await findUnused(root, mentions)).map(({ name }) => name);

describe('an entry of the cache', () => {
  it('is kept when a lab starts from it, with all that it was made from', async () => {
    const programs = await entry('kubernetes', { kubernetesVersion: 'v1.37.2' });
    const bundle = await entry('bundle', { programs });
    const image = await entry('node-image', { bundle });
    expect(await names(`{"image":"${root}/${image}"}`)).toEqual([]);
  });

  it('is kept when an inventory names it, without what is made from it', async () => {
    const bundle = await entry('bundle', { programs: 'p' });
    const image = await entry('node-image', { bundle });
    await writeFile(join(root, 'lab.yaml'), `source: { bundle: ${root}/${bundle} }`);
    expect(await names(...(await inventoryTexts(root)))).toEqual([image]);
  });

  it('is not called unused while an inventory cannot be read', async () => {
    await symlink('loop.yaml', join(root, 'loop.yaml'));
    await expect(inventoryTexts(root)).rejects.toThrow(/loop.yaml cannot be read: ELOOP/);
    await rm(join(root, 'loop.yaml'));
    await symlink('nowhere', join(root, 'gone.yaml'));
    await mkdir(join(root, 'directory.yaml'));
    expect(await inventoryTexts(root)).toEqual(['', '']);
  });

  it('is named with its version and its size otherwise', async () => {
    const old = await entry('kubernetes', { kubernetesVersion: 'v1.36.3' }, 'x'.repeat(100_000));
    const found = await findUnused(root, []);
    expect(found).toMatchObject([{ name: old, what: 'programs of Kubernetes v1.36.3' }]);
    expect(found[0]?.size).toBeGreaterThanOrEqual(100_000);
    expect(found[0]?.size).toBeLessThan(200_000);
  });

  it('is gone after its removal, and nothing else is', async () => {
    await entry('kubernetes', { kubernetesVersion: 'v1.36.3' });
    const kept = await entry('kubernetes', { kubernetesVersion: 'v1.37.2' });
    for (const one of await findUnused(root, [kept])) await removeUnused(root, one);
    expect(await readdir(root)).toEqual([kept]);
  });
});

it('counts downloads of Go modules as unused, and leaves package lists alone', async () => {
  await mkdir(join(root, 'go-downloads/download'), { recursive: true });
  await mkdir(join(root, 'apt-bookworm-0123456789abcdef'));
  expect(await names()).toEqual(['go-downloads']);
});

it('counts fetched programs as unused whose version no inventory has, and that nobody fetches just now', async () => {
  const [used, unused, busy] = ['1.37.2', '1.36.3', '1.35.1'].map((one) => `programs-v${one}-amd64-0a1b2c3d`);
  for (const name of [used, unused, busy]) await mkdir(join(root, name ?? ''));
  await mkdir(join(root, 'package-keys'));
  // The process that runs this test is not asked for itself.
  await writeFile(join(root, busy ?? '', 'lock'), `${process.ppid}\n`);
  expect(await findUnused(root, ['kubernetes: { version: 1.37.2, source: binaries }'])).toMatchObject([
    { name: unused, what: 'fetched programs of Kubernetes v1.36.3' },
  ]);
});

it('counts fetched releases of the container runtime as unused where no inventory has anything from binaries', async () => {
  await mkdir(join(root, 'runtime-0a1b2c3d'));
  expect(await names('runtime: { source: binaries }')).toEqual([]);
  expect(await findUnused(root, ['runtime: { source: distribution }'])).toMatchObject([
    { name: 'runtime-0a1b2c3d', what: 'fetched releases of the container runtime' },
  ]);
});

it('waits for nobody: while something is built, it cannot be told what that needs', async () => {
  await mkdir(join(root, `bundle-0123456789abcdef.building-${await ownProcessTag()}-00`));
  await expect(findUnused(root, [])).rejects.toThrow(`process ${process.pid} is building something`);
});

it('finds nothing where there is no cache', async () => {
  expect(await findUnused(join(root, 'none'), [])).toEqual([]);
});
