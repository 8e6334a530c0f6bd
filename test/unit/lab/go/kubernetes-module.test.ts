// How Kubernetes itself is compiled from its module.
import { expect, it } from 'vitest';
import { kubernetesModule, parseTestedGo } from '../../../../src/lab/go/kubernetes-module.ts';

it('finds the compiler of a release in a file of its own, or in the name of the image that builds it', () => {
  expect(parseTestedGo('1.26.10\n')).toBe('1.26.10');
  expect(parseTestedGo('v1.24.0-go1.18.10-bullseye.0\n')).toBe('1.18.10');
  expect(parseTestedGo('v1.15.15-legacy-1\n')).toBe('1.15.15');
  expect(parseTestedGo('v1.13.15-1')).toBe('1.13.15');
  expect(parseTestedGo('')).toBeUndefined();
});

it('puts the version into the programs', () => {
  const { variables, programs } = kubernetesModule('v1.37.2', ['kubeadm']);
  expect(programs).toEqual({ kubeadm: 'k8s.io/kubernetes/cmd/kubeadm' });
  expect(variables).toMatchObject({
    'k8s.io/component-base/version.gitVersion': 'v1.37.2',
    'k8s.io/client-go/pkg/version.gitMinor': '37',
  });
});
