// A signed bundle whose manifest is swapped while it is read: what the signature is of is what is used.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { kubernetesFiles } from '../../../src/app/kubernetes/kubernetes-source.ts';
import { verifyBundle } from '../../../src/bundle/check/verify.ts';
import { loadInventory } from '../../../src/inventory/load.ts';
import { resolveInventory } from '../../../src/inventory/resolve.ts';
import { makeSigner } from '../../support/bundle-world.ts';

/** Called after each time that the manifest was read. */
const swap = vi.hoisted((): { now: () => void } => ({ now: () => undefined }));

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof files>();
  const readFile = async (...args: Parameters<typeof real.readFile>) => {
    const content = await real.readFile(...args);
    if (typeof args[0] === 'string' && args[0].endsWith('manifest.json')) swap.now();
    return content;
  };
  return { ...real, readFile };
});

const home = mkdtempSync(join(tmpdir(), 'swapped-'));
const directory = join(home, 'bundle');
const file = join(directory, 'manifest.json');
const signer = makeSigner(home, 'alice');
const manifest = {
  format: 1,
  kubernetesVersion: 'v1.37.2',
  architecture: 'amd64',
  imageRepository: 'registry.example',
  // What stands for bytes that are no text, too.
  pauseImage: 'registry.example/pause:\ufffd',
  clusterDns: true,
  files: [],
};
const good = JSON.stringify(manifest);
const evil = JSON.stringify({ ...manifest, imageRepository: 'mallory.example' });

mkdirSync(directory);
writeFileSync(file, good);
execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'ipvs-bootstrap-bundle', '-f', signer.key, file]);
writeFileSync(
  join(home, 'cluster.yaml'),
  `cluster:
  name: lab
  kubernetes: { version: v1.37.2, source: { bundle: ./bundle, allowedSigners: ./alice.allowed } }
hosts: [{ name: master1, address: 10.1.0.1, roles: [control-plane, worker] }]
`,
);

beforeEach(() => {
  swap.now = () => undefined;
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

/** What lies there first, and what from the first reading on. */
function lay(first: string | Uint8Array, later: string): void {
  writeFileSync(file, first);
  swap.now = () => {
    writeFileSync(file, later);
  };
}

async function named() {
  const loaded = await loadInventory(join(home, 'cluster.yaml'));
  const environment = { homeDirectory: '/home/alice', userName: 'alice' };
  const { known } = await kubernetesFiles(loaded, resolveInventory(loaded, environment));
  return known.bundle.manifest;
}

async function verified() {
  const { signal } = new AbortController();
  const options = { allowedSigners: signer.allowed, report: () => undefined, signal };
  return (await verifyBundle(directory, options)).manifest;
}

it.each([
  ['an inventory', named],
  ['bundle verify', verified],
])('%s refuses what is unsigned when it is read, and takes what is signed then', async (_who, read) => {
  lay(evil, good);
  await expect(read()).rejects.toMatchObject({ code: 'bundle.invalid' });
  lay(good, evil);
  expect(await read()).toEqual(manifest);
  // As text it is the same, as bytes it is not.
  const [before = '', after = ''] = good.split('\ufffd');
  lay(Buffer.concat([Buffer.from(before), Buffer.of(0xff), Buffer.from(after)]), good);
  await expect(read()).rejects.toMatchObject({ code: 'bundle.invalid' });
});
