// What a release of Kubernetes consists of, and where it lies.
import { expect, it } from 'vitest';
import { pauseTag, programUrl } from '../../../src/kube/release.ts';
import { parseVersion } from '../../../src/kube/version.ts';

it('has its programs at the paths of dl.k8s.io, also on a mirror', () => {
  const version = parseVersion('v1.37.2');
  expect(programUrl('https://dl.k8s.io', version, 'amd64', 'kubelet')).toBe(
    'https://dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubelet',
  );
  expect(programUrl('https://mirror.example/k8s', version, 'arm64', 'kubeadm')).toBe(
    'https://mirror.example/k8s/release/v1.37.2/bin/linux/arm64/kubeadm',
  );
});

it.each([
  ['v1.8.15', '3.1'],
  ['v1.17.17', '3.1'],
  ['v1.18.0', '3.2'],
  ['v1.24.17', '3.7'],
  ['v1.30.14', '3.9'],
  ['v1.35.4', '3.10.1'],
  ['v1.37.2', '3.10.2'],
])('%s has the pause image %s', (version, tag) => {
  expect(pauseTag(parseVersion(version))).toBe(tag);
});
