// What kubeadm names → the images of a bundle: who needs them, and where the public registry has them.
import { expect, it } from 'vitest';
import { parseImages, pauseImageOf } from '../../../src/bundle/make/kubernetes-images.ts';

const said = (repository: string, dns: string): string =>
  [
    `${repository}/kube-apiserver:v1.24.17`,
    `${repository}/kube-proxy:v1.24.17`,
    `${repository}/pause:3.7`,
    `${repository}/etcd:3.5.6-0`,
    `${repository}/${dns}:v1.8.6`,
  ].join('\n');

it('tells the control plane from what every node needs', () => {
  const images = parseImages(
    said('registry.example:5000/k8s', 'coredns'),
    'v1.24.17',
    'registry.example:5000/k8s',
  );
  expect(images.map(({ name, use }) => [name.replace(/^.*\//, ''), use])).toEqual([
    ['kube-apiserver:v1.24.17', 'control-plane'],
    ['kube-proxy:v1.24.17', 'node'],
    ['pause:3.7', 'node'],
    ['etcd:3.5.6-0', 'control-plane'],
    ['coredns:v1.8.6', 'node'],
  ]);
  expect(pauseImageOf(images)).toBe('registry.example:5000/k8s/pause:3.7');
});

it.each([
  // These minors knew another public registry, and take this one for a private one.
  ['v1.24.17', 'registry.k8s.io', 'coredns', 'registry.k8s.io/coredns/coredns:v1.8.6'],
  ['v1.37.2', 'registry.k8s.io', 'coredns/coredns', 'registry.k8s.io/coredns/coredns:v1.8.6'],
  ['v1.20.2', 'registry.k8s.io', 'coredns', 'registry.k8s.io/coredns:v1.8.6'],
  ['v1.24.17', 'registry.example/k8s', 'coredns', 'registry.example/k8s/coredns:v1.8.6'],
])('kubeadm %s with %s names %s, which is %s', (version, repository, dns, name) => {
  expect(parseImages(said(repository, dns), version, repository).at(-1)?.name).toBe(name);
});

it('passes over what is no image', () => {
  expect(
    parseImages('I0102 could not fetch\n\nregistry.k8s.io/pause:3.9\n', 'v1.30.0', 'registry.k8s.io'),
  ).toEqual([{ name: 'registry.k8s.io/pause:3.9', use: 'node' }]);
});
