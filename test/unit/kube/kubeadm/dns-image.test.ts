// What kubeadm lists → what the cluster uses, where the public registry has CoreDNS in a repository of its own.
import { expect, it } from 'vitest';
import { usedImage } from '../../../../src/kube/kubeadm/dns-image.ts';
import { parseVersion } from '../../../../src/kube/version.ts';

it.each([
  ['v1.20.2', 'registry.k8s.io', 'registry.k8s.io/coredns:1.7.0', 'registry.k8s.io/coredns:1.7.0'],
  ['v1.21.0', 'registry.k8s.io', 'registry.k8s.io/coredns:v1.8.0', 'registry.k8s.io/coredns/coredns:v1.8.0'],
  ['v1.24.17', 'registry.k8s.io', 'registry.k8s.io/coredns:v1.8.6', 'registry.k8s.io/coredns/coredns:v1.8.6'],
  ['v1.24.17', 'registry.k8s.io', 'registry.k8s.io/pause:3.7', 'registry.k8s.io/pause:3.7'],
  ['v1.24.17', 'r.example/k8s', 'r.example/k8s/coredns:v1.8.6', 'r.example/k8s/coredns:v1.8.6'],
  [
    'v1.25.0',
    'registry.k8s.io',
    'registry.k8s.io/coredns/coredns:v1.9.3',
    'registry.k8s.io/coredns/coredns:v1.9.3',
  ],
])('of %s with %s, %s is %s', (version, imageRepository, listed, used) => {
  expect(usedImage(listed, { version: parseVersion(version), imageRepository })).toBe(used);
});
