// The registry that other tests pull from: it has what was put there, and gives it to whoever may have it.
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRegistry, type Registry } from '../../support/registry.ts';
import { makeCertificates, type Certificates } from '../../support/web-certificates.ts';

const directory = mkdtempSync(join(tmpdir(), 'registries-'));
const login = { user: 'puller', password: 'a pass:word' };
let certificates: Certificates;
let registry: Registry;

beforeAll(async () => {
  certificates = makeCertificates(directory);
  registry = await startRegistry({ keys: certificates.good, login });
});

afterAll(async () => {
  await registry.stop();
  rmSync(directory, { recursive: true });
});

async function manifest(auth?: string): Promise<readonly [number | undefined, unknown]> {
  const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' };
  const options = {
    ca: certificates.ca,
    agent: false as const,
    headers,
    ...(auth !== undefined && { auth }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${registry.url}/v2/tools/tiny/manifests/1.0`, options, (response) => {
      response.resume();
      resolve([response.statusCode, response.headers['docker-content-digest']]);
    });
    sent.once('error', reject);
    sent.end();
  });
}

it('gives an image with its digest to who logs in, and to nobody else', async () => {
  const digest = await registry.push('tools/tiny', '1.0');
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await manifest(`${login.user}:${login.password}`)).toEqual([200, digest]);
  expect(await manifest(`${login.user}:wrong`)).toEqual([401, undefined]);
  expect(await manifest()).toEqual([401, undefined]);
});

it('has the same digest for the same content', async () => {
  expect(await registry.push('tools/tiny', 'first', 'same')).toBe(
    await registry.push('tools/tiny', 'second', 'same'),
  );
});

it('logs what was asked', async () => {
  await manifest();
  expect(registry.log()).toContain('/v2/tools/tiny/manifests/1.0');
});
