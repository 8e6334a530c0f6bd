// Images in a real containerd: imported, pinned, and gone again.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BundleImage } from '../../../src/bundle/manifest.ts';
import { ask } from '../../../src/facts/fact.ts';
import { pinnedImages } from '../../../src/facts/host/pinned-images.ts';
import { importCommand } from '../../../src/operations/software/image-record.ts';
import { imagesAbsent } from '../../../src/operations/software/images-absent.ts';
import { imagesImported } from '../../../src/operations/software/images-imported.ts';
import { containerdHost, type ContainerdHost } from '../../support/containerd.ts';

const directory = mkdtempSync(join(tmpdir(), 'pinned-'));
const archive = join(directory, 'image.tar');
const name = 'pinned.test/team/web:1';
let image: BundleImage;
let host: ContainerdHost;

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** An image of one small layer, as `docker save` writes it. */
beforeAll(() => {
  const tar = (file: string, ...members: readonly string[]): void => {
    execFileSync('tar', ['-C', directory, '-cf', join(directory, file), ...members]);
  };
  const write = (file: string, content: unknown): void => {
    writeFileSync(join(directory, file), JSON.stringify(content));
  };
  writeFileSync(join(directory, 'hello'), 'hello');
  tar('layer.tar', 'hello');
  const layer = sha256(readFileSync(join(directory, 'layer.tar')));
  write('config.json', {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
  });
  write('manifest.json', [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]);
  tar('image.tar', 'manifest.json', 'config.json', 'layer.tar');
  const content = readFileSync(archive);
  image = { kind: 'image', name, use: 'node', path: 'x.tar', sha256: sha256(content), size: content.length };
});
afterEach(() => host.stop());
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe.each(['of Debian', '2'] as const)('containerd %s', (kind) => {
  const wanted = () => ({
    bundle: {
      directory,
      manifest: {
        format: 1 as const,
        kubernetesVersion: 'v1.37.2',
        imageRepository: 'pinned.test',
        pauseImage: 'pinned.test/pause:1',
        clusterDns: false,
        files: [image],
      },
    },
    use: ['node' as const],
  });

  it('has what is imported pinned, and nothing of it afterwards', async () => {
    host = await containerdHost(kind, {});
    await host.restart();
    await host.run(`mkdir -p /var/lib/ipvs-bootstrap && cp ${archive} /run/image.tar`);
    await host.run(importCommand(image, '/run/image.tar').text);
    expect(await host.answer(ask(pinnedImages))).toEqual([name]);
    expect((await host.plan(imagesImported, wanted())).steps).toEqual([]);
    await host.run(`ctr -n k8s.io images label ${name} io.cri-containerd.pinned=`);
    const again = await host.plan(imagesImported, wanted());
    expect(again.steps.map(({ title }) => title)).toEqual([`pin ${name}`]);
    await host.apply(again);
    expect(await host.answer(ask(pinnedImages))).toEqual([name]);
    await host.apply(await host.plan(imagesAbsent, {}));
    expect(
      await host.run(
        'ctr -n k8s.io images ls -q; ls /run/image.tar /var/lib/ipvs-bootstrap 2>/dev/null || :',
      ),
    ).toBe('/var/lib/ipvs-bootstrap:\n');
  });
});
