// The documents of a docker-archive are what containerd expects, and the recipes fit what kubeadm asks for.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  archiveManifest,
  configurationFileName,
  imageConfiguration,
} from '../../../../src/lab/bundle/image-archive.ts';
import { imageShortName } from '../../../../src/lab/bundle/image-build.ts';
import type { KubernetesRelease } from '../../../../src/lab/bundle/release.ts';
import { imageRecipes } from '../../../../src/lab/bundle/image-recipes.ts';

const image = {
  name: 'example.local/kubernetes/pause:3.2',
  layerDigest: 'ab'.repeat(32),
  entrypoint: ['/pause'],
};

describe('imageConfiguration', () => {
  it('names the uncompressed layer by its digest', () => {
    expect(JSON.parse(imageConfiguration(image))).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: { Entrypoint: ['/pause'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${'ab'.repeat(32)}`] },
    });
  });

  it('has one line of history for the one layer, as containerd compares their numbers', () => {
    const { history, rootfs } = JSON.parse(imageConfiguration(image)) as {
      history: unknown[];
      rootfs: { diff_ids: unknown[] };
    };
    expect(history).toHaveLength(rootfs.diff_ids.length);
  });

  it('is the same whenever it is made', () => {
    expect(imageConfiguration(image)).toBe(imageConfiguration({ ...image }));
  });
});

describe('archiveManifest', () => {
  it('names the configuration file by its digest, the layer and the tag', () => {
    const digest = createHash('sha256').update(imageConfiguration(image)).digest('hex');
    expect(JSON.parse(archiveManifest(image, digest))).toEqual([
      { Config: configurationFileName(digest), RepoTags: [image.name], Layers: ['layer.tar'] },
    ]);
  });
});

const debian: KubernetesRelease = {
  version: 'v1.20.2',
  programs: '/programs',
  tags: { etcd: '3.4.13-0', pause: '3.2' },
  hasOwnEtcd: false,
};

describe('imageRecipes', () => {
  it('carry the names that kubeadm 1.20.2 asks for, and the workload', () => {
    expect(
      imageRecipes(debian)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      'docker.io/library/nginx:latest',
      'ipvs-bootstrap.local/kubernetes/etcd:3.4.13-0',
      'ipvs-bootstrap.local/kubernetes/kube-apiserver:v1.20.2',
      'ipvs-bootstrap.local/kubernetes/kube-controller-manager:v1.20.2',
      'ipvs-bootstrap.local/kubernetes/kube-proxy:v1.20.2',
      'ipvs-bootstrap.local/kubernetes/kube-scheduler:v1.20.2',
      'ipvs-bootstrap.local/kubernetes/pause:3.2',
    ]);
  });

  it('have file names of their own', () => {
    expect(new Set(imageRecipes(debian).map(({ name }) => imageShortName(name))).size).toBe(
      imageRecipes(debian).length,
    );
    expect(imageShortName('docker.io/library/nginx:latest')).toBe('nginx');
  });

  it('point iptables of kube-proxy at the variant that the nodes have', () => {
    const proxy = imageRecipes(debian).find(({ name }) => name.includes('kube-proxy'));
    for (const command of ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables-restore']) {
      expect(proxy?.files[`/usr/sbin/${command}`]).toEqual({ linkTo: 'xtables-nft-multi' });
    }
  });
});
