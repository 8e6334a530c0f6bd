// loadBundle: what it accepts, and that it names every file that is not as promised.
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBundle } from '../../../src/bundle/load.ts';
import { hasKubernetesPackages, type BundleFile } from '../../../src/bundle/manifest.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bundle-'));
});
afterEach(() => rm(directory, { recursive: true }));

const content = 'a program';
const program: BundleFile = {
  kind: 'binary',
  name: 'kubelet',
  path: 'bin/kubelet',
  size: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};

async function writeBundle(files: readonly object[], text = content): Promise<void> {
  await mkdir(join(directory, 'bin'), { recursive: true });
  await writeFile(join(directory, 'bin/kubelet'), text);
  const manifest = {
    format: 1,
    kubernetesVersion: 'v1.20.2',
    architecture: 'amd64',
    imageRepository: 'example.local/kubernetes',
    pauseImage: 'example.local/kubernetes/pause:3.2',
    clusterDns: false,
    files,
  };
  await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest));
}

/** Root may read everything; so as another user, if the tests run as root. */
async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return act();
  process.seteuid?.('nobody');
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}

describe('loadBundle', () => {
  it('returns the manifest of a complete bundle', async () => {
    await writeBundle([program]);
    const bundle = await loadBundle(directory, 'content');
    expect(bundle.manifest.files).toEqual([program]);
    expect(bundle.directory).toBe(directory);
  });

  it('says that a directory without manifest is no bundle, and what one is', async () => {
    await expect(loadBundle(directory)).rejects.toMatchObject({
      code: 'bundle.missing',
      message: `there is no bundle in ${directory}: it has no manifest.json`,
      hint: expect.stringContaining('manifest.json') as string,
    });
  });

  it('tells a directory that does not exist, and a file in its place, from one without a manifest', async () => {
    const inside = join(directory, 'bundle');
    await expect(loadBundle(inside)).rejects.toMatchObject({
      code: 'bundle.missing',
      message: `there is no bundle in ${inside}: it does not exist`,
    });
    await writeFile(inside, '');
    await expect(loadBundle(inside)).rejects.toMatchObject({
      message: `there is no bundle in ${inside}: it is no directory`,
    });
  });

  it('says of a directory that may not be read that it may not be read', async () => {
    await writeBundle([program]);
    await chmod(directory, 0o000);
    await expect(asNobody(() => loadBundle(directory))).rejects.toMatchObject({
      code: 'file.unreadable',
      message: `the bundle in ${directory} cannot be read: you may not read it`,
    });
  });

  it('says of a file that may not be read that it may not be read', async () => {
    await writeBundle([program]);
    await chmod(directory, 0o755);
    await chmod(join(directory, 'bin/kubelet'), 0o000);
    await expect(asNobody(() => loadBundle(directory))).rejects.toMatchObject({
      code: 'bundle.invalid',
      detail: 'bin/kubelet: may not be read by you',
    });
  });

  it('refuses a manifest that is not JSON', async () => {
    await writeFile(join(directory, 'manifest.json'), '{');
    await expect(loadBundle(directory)).rejects.toMatchObject({ code: 'bundle.invalid' });
  });

  it('names the field of a manifest that is not as it should be', async () => {
    await writeBundle([{ ...program, size: -1 }]);
    await expect(loadBundle(directory)).rejects.toMatchObject({
      code: 'bundle.invalid',
      detail: expect.stringContaining('files[0].size') as string,
    });
  });

  it('names all files that are missing or have another size', async () => {
    await writeBundle([program, { ...program, name: 'kubeadm', path: 'bin/kubeadm' }], 'cut');
    await expect(loadBundle(directory)).rejects.toMatchObject({
      code: 'bundle.invalid',
      detail: 'bin/kubelet: has 3 bytes instead of 9\nbin/kubeadm: is missing',
    });
  });

  it('finds a changed byte only when asked to read the content', async () => {
    await writeBundle([program], 'a PROGRAM');
    await expect(loadBundle(directory)).resolves.toBeDefined();
    await expect(loadBundle(directory, 'content')).rejects.toMatchObject({
      detail: 'bin/kubelet: has another SHA-256 than the manifest says',
    });
  });

  it.each(['size', 'content'] as const)('reads nothing that a link has elsewhere (%s)', async (check) => {
    await writeBundle([program]);
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    try {
      await rename(join(directory, 'bin'), join(elsewhere, 'bin'));
      await symlink(join(elsewhere, 'bin'), join(directory, 'bin'));
      await expect(loadBundle(directory, check)).rejects.toMatchObject({
        code: 'bundle.invalid',
        detail: 'bin/kubelet: leads out of the bundle, by a link',
      });
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  it('may itself be reached by a link, and have links of its own', async () => {
    await writeBundle([{ ...program, path: 'programs/kubelet' }]);
    await symlink('bin', join(directory, 'programs'));
    const link = `${directory}-link`;
    await symlink(directory, link);
    try {
      await expect(loadBundle(link, 'content')).resolves.toBeDefined();
    } finally {
      await rm(link);
    }
  });

  it.each([
    '../secret',
    '/etc/passwd',
    'bin/../../secret',
    'bin/./x',
    'bin//x',
    'bin/',
    '',
    'bin\\x',
    'a\nb',
  ])('refuses the path %j', async (path) => {
    await writeBundle([{ ...program, path }]);
    await expect(loadBundle(directory)).rejects.toMatchObject({
      code: 'bundle.invalid',
      detail: expect.stringMatching(/must lie in the bundle.*\n.*files\[0\]\.path/) as string,
    });
  });

  it.each(['../../../etc/cron.d/x', 'a/b', '..', '.', '', '-rf', 'kubelet\n'])(
    'refuses %j as the name of a program or package',
    async (name) => {
      await writeBundle([
        { ...program, name },
        { ...program, kind: 'package', name, version: '1' },
        { ...program, kind: 'package', name: 'socat', version: '1', neededBy: [name] },
      ]);
      await expect(loadBundle(directory)).rejects.toMatchObject({
        code: 'bundle.invalid',
        detail: expect.stringMatching(
          /files\[0\]\.name[^]*files\[1\]\.name[^]*files\[2\]\.neededBy/,
        ) as string,
      });
    },
  );

  it('takes the names that packages and programs have, and images with their full references', async () => {
    const names = ['libstdc++6', 'libnl-3-200', 'libperl5.36', '0ad'];
    const files = [
      { ...program, name: 'Kube_proxy-1.2+x' },
      { ...program, kind: 'image', name: 'r.example:5000/a/b:v1', use: 'node' },
      ...names.map((name) => ({ ...program, kind: 'package', name, version: '1', neededBy: names })),
    ];
    await writeBundle(files);
    expect((await loadBundle(directory)).manifest.files).toEqual(files);
  });
});

describe('Kubernetes as packages', () => {
  const kubelet = {
    ...program,
    kind: 'package',
    name: 'kubelet',
    path: 'bin/kubelet',
    version: '1.20.2-1.1',
  };

  it('is taken, in the version of the bundle', async () => {
    await writeBundle([kubelet]);
    const { manifest } = await loadBundle(directory);
    expect(hasKubernetesPackages(manifest)).toBe(true);
    expect(hasKubernetesPackages({ files: [program] })).toBe(false);
  });

  it.each([
    [
      'of another version',
      [{ ...kubelet, version: '1.20.20-1.1' }],
      /must be of 1\.20\.2[^]*files\[0\]\.version/,
    ],
    ['both ways at once', [program, kubelet], /a program or a package, not both[^]*files\[1\]\.name/],
  ])('is refused %s', async (_how, files, detail) => {
    await writeBundle(files);
    await expect(loadBundle(directory)).rejects.toMatchObject({
      code: 'bundle.invalid',
      detail: expect.stringMatching(detail) as string,
    });
  });
});
