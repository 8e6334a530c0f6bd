// `validate` counts what a good inventory describes and finds what is wrong without connecting.
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateInventory } from '../../../src/app/validate.ts';
import { starterInventory } from '../../../src/inventory/starter.ts';

const environment = { homeDirectory: '/home/alice', userName: 'alice' };
const manifest = {
  format: 1,
  kubernetesVersion: 'v1.20.2',
  architecture: 'amd64',
  imageRepository: 'registry.example.org',
  pauseImage: 'registry.example.org/pause:3.2',
  clusterDns: false,
  files: [
    {
      kind: 'image',
      name: 'docker.io/library/nginx:latest',
      use: 'workload',
      path: 'nginx.tar',
      sha256: '0'.repeat(64),
      size: 0,
    },
  ],
};

/** Of a version that has no warnings of its own. */
const starter = starterInventory.replace('v1.37.2', 'v1.20.2');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'validate-'));
  await mkdir(join(directory, 'bundle'));
  await writeFile(join(directory, 'bundle', 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(directory, 'bundle', 'nginx.tar'), '');
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** On a day on which 1.20 still got fixes, if no other is asked for. */
async function validate(name: string, text: string, today = '2021-06-01') {
  const file = join(directory, name);
  await writeFile(file, text);
  return validateInventory(file, environment, { date: () => new Date(today) });
}

describe('validateInventory', () => {
  it('counts what the inventory describes', async () => {
    const report = await validate('good.yaml', starter.replaceAll('192.0.2.', '10.1.2.'));
    expect(report).toEqual({
      cluster: 'my-cluster',
      kubernetesVersion: 'v1.20.2',
      endpoint: '10.1.2.11:6443',
      controlPlanes: 1,
      workers: 1,
      namespaces: 1,
      services: 1,
      externalIPs: 1,
      warnings: [],
    });
  });

  it('gives the warnings', async () => {
    expect((await validate('examples.yaml', starter)).warnings).toHaveLength(2);
  });

  it('warns of a Kubernetes that gets no fixes any more, at its line', async () => {
    const text = starter.replaceAll('192.0.2.', '10.1.2.');
    expect((await validate('last-day.yaml', text, '2022-02-28')).warnings).toEqual([]);
    const [warning, ...others] = (await validate('ended.yaml', text, '2026-11-27')).warnings;
    expect(others).toEqual([]);
    expect(warning?.message).toBe('Kubernetes 1.20 has got no fixes since 2022-02-28');
    expect(warning?.detail).toContain('version: v1.20.2');
    expect(warning?.hint).toBe(
      'Kubernetes mends 1.37, 1.36, 1.35: choose 1.37. "ipvs-bootstrap versions" lists them all.',
    );
  });

  it('names no release when all that it knows have ended', async () => {
    const text = starter.replaceAll('192.0.2.', '10.1.2.');
    const [warning] = (await validate('late.yaml', text, '2030-01-01')).warnings;
    expect(warning?.hint).toBe('"ipvs-bootstrap versions" lists them all.');
  });

  it('warns of an image that is not in the bundle, once', async () => {
    const { warnings } = await validate(
      'images.yaml',
      starter
        .replaceAll('192.0.2.', '10.1.2.')
        .replace(
          '      - { name: web, image: nginx, replicas: 2, port: 80 }',
          ['web, image: nginx', 'db, image: db:1', 'db2, image: docker.io/library/db:1']
            .map((start) => `      - { name: ${start}, port: 80 }`)
            .join('\n'),
        ),
    );
    expect(warnings).toMatchObject([
      {
        message: 'the image db:1 is not in the bundle',
        where: { line: 51, column: 28 },
        detail: expect.stringContaining('image: db:1') as string,
      },
    ]);
  });

  it('warns of a private key that is not there, once, where it is named', async () => {
    const text = starter
      .replaceAll('192.0.2.', '10.1.2.')
      .replace('  #identityFile: ~/.ssh/id_ed25519', '  identityFile: ./no-key');
    expect((await validate('keys.yaml', text)).warnings).toMatchObject([
      {
        code: 'connect.key',
        message: `there is no key ${join(directory, 'no-key')}`,
        where: { line: 39, column: 17 },
      },
    ]);
    await writeFile(join(directory, 'no-key.pub'), '');
    expect((await validate('keys.yaml', text)).warnings).toEqual([]);
  });

  it.each([
    ['a host', '    #ssh: { user: admin, port: 2222 }', '    ssh: { identityFile: ./none }', 34],
    ['a bastion', '  user: root', '  jump: [{ address: b, identityFile: ./none }]', 38],
  ])('finds the missing key of %s', async (_who, line, replacement, where) => {
    const text = starter.replaceAll('192.0.2.', '10.1.2.').replace(line, replacement);
    const { warnings } = await validate('keys.yaml', text);
    expect(warnings).toMatchObject([{ code: 'connect.key', where: { line: where } }]);
  });

  it('wants no key where there is a password', async () => {
    const ssh = '  #identityFile: ~/.ssh/id_ed25519';
    const text = starter
      .replaceAll('192.0.2.', '10.1.2.')
      .replace(ssh, '  identityFile: ./none\n  password: { env: PASSWORD }');
    expect((await validate('keys.yaml', text)).warnings).toEqual([]);
  });

  it('throws what is wrong with the inventory', async () => {
    const broken = starter.replace('hosts:', 'hsots:');
    await expect(validate('broken.yaml', broken)).rejects.toMatchObject({
      code: 'inventory.invalid',
      exitCode: 3,
    });
  });

  it('throws when the bundle is not there, or has another version', async () => {
    const elsewhere = starter.replace('./bundle', './nowhere');
    await expect(validate('elsewhere.yaml', elsewhere)).rejects.toMatchObject({
      code: 'bundle.missing',
      where: { line: 10, column: 23 },
      detail: expect.stringContaining('source: { bundle: ./nowhere }') as string,
    });
    const newer = starter.replace('v1.20.2', 'v1.21.0');
    await expect(validate('newer.yaml', newer)).rejects.toMatchObject({
      code: 'bundle.invalid',
      message: 'the inventory asks for Kubernetes v1.21.0, the bundle holds v1.20.2',
      where: { line: 8, column: 14 },
      hint: expect.stringContaining('Write "version: v1.20.2"') as string,
    });
  });
});
