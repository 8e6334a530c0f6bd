// What the images of a bundle are called in a registry of one's own, and files of an image in a bundle.
import { expect, it } from 'vitest';
import { splitImageName } from '../../../src/bundle/image-name.ts';
import { imagePath } from '../../../src/bundle/make/image-path.ts';
import type { BundleImage } from '../../../src/bundle/manifest.ts';
import { pushedImages } from '../../../src/bundle/registry/push.ts';

function image(name: string, use: BundleImage['use']): BundleImage {
  return { kind: 'image', name, use, path: 'x', sha256: '0'.repeat(64), size: 1 };
}

it('Kubernetes’ own have the names that kubeadm asks for, all others keep their path', () => {
  const files = [
    image('registry.k8s.io/kube-proxy:v1.37.2', 'node'),
    image('registry.k8s.io/coredns/coredns:v1.14.1', 'node'),
    image('registry.k8s.io/e2e-test-images/agnhost:2.40', 'workload'),
    image('docker.io/library/nginx:1.27', 'workload'),
    image('localhost:5000/team/web:2', 'workload'),
  ];
  const pushed = pushedImages({ files, imageRepository: 'registry.k8s.io' }, 'registry.example/k8s');
  expect(pushed.map(({ name, isKubernetes }) => [name, isKubernetes])).toEqual([
    ['registry.example/k8s/kube-proxy:v1.37.2', true],
    ['registry.example/k8s/coredns:v1.14.1', true],
    ['registry.example/k8s/e2e-test-images/agnhost:2.40', false],
    ['registry.example/k8s/library/nginx:1.27', false],
    ['registry.example/k8s/team/web:2', false],
  ]);
});

it('two that would have the same name are refused', () => {
  const files = [image('quay.io/team/web:1', 'workload'), image('ghcr.io/team/web:1', 'workload')];
  expect(() => pushedImages({ files, imageRepository: 'registry.k8s.io' }, 'r.example')).toThrow(
    'would both be r.example/team/web:1',
  );
});

it.each([
  ['registry.example:5000/a/b:1', { registry: 'registry.example:5000', path: 'a/b', tag: '1' }],
  ['docker.io/library/nginx@sha256:01', { path: 'library/nginx', tag: undefined, digest: 'sha256:01' }],
  ['docker.io/library/nginx:1@sha256:01', { path: 'library/nginx', tag: '1', digest: 'sha256:01' }],
])('%s has parts', (name, parts) => {
  expect(splitImageName(name)).toMatchObject(parts);
});

it('no two names lead to the same file, and none has a colon, at which skopeo would end it', () => {
  const names = ['r/a/b:1', 'r/a_b:1', 'r/a-b:1', 'r:5/a:1'];
  const paths = names.map(imagePath);
  expect(new Set(paths).size).toBe(names.length);
  expect(paths.filter((path) => !/^images\/[^/:]+\.tar$/.test(path))).toEqual([]);
});
