// What "bundle create" takes from an inventory, and what it cannot.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleRequest, type BundleOptions } from '../../../src/app/bundle-request.ts';
import type { BootstrapError } from '../../../src/core/errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'bundle-request-'));
const inventory = join(directory, 'cluster.yaml');

afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function request(kind: string, options: Partial<BundleOptions> = {}) {
  writeFileSync(
    inventory,
    `cluster:
  name: lab
  kubernetes:
    version: v1.37.2
    source:
      ${kind}:
        mirror: https://mirror.example/k8s
        login: { user: me, password: { env: MIRROR_PASSWORD } }
hosts:
  - { name: m1, address: 10.1.0.1, roles: [control-plane] }
`,
  );
  return bundleRequest(
    { inventory, image: [], release: [], ...options },
    {
      cacheDirectory: directory,
      now: new Date(),
      compile: () => () => Promise.reject(new Error('nothing is compiled here')),
      local: { homeDirectory: '/home/alice', userName: 'alice' },
      through: {},
    },
  );
}

describe.each(['binaries', 'packages'])('an inventory whose mirror of %s wants a login', (kind) => {
  it('is refused at that line, with what to do', async () => {
    const error = await request(kind).catch((thrown: unknown) => thrown as BootstrapError);
    expect(error).toMatchObject({
      code: 'usage',
      message: `bundles are made from sites without a login, and ${kind} has one`,
      where: { line: 8 },
      hint: expect.stringContaining('--mirror') as string,
    });
  });

  it('is taken where the command line names another mirror', async () => {
    const { from } = await request(kind, { mirror: 'https://open.example/k8s' });
    expect(from).toMatchObject({ kind, site: 'https://open.example/k8s' });
  });
});
