import { describe, expect, it } from 'vitest';
import { cgroupVerdict, firstKernelWithoutIpvs, kernelNeed } from '../../../src/kube/node-needs.ts';
import { containerdNeed } from '../../../src/kube/version-facts.ts';
import { parseVersion } from '../../../src/kube/version.ts';

describe('what a version asks of its nodes', () => {
  it.each([
    ['1.8.0', { oldest: '3.10', isAdvice: false, below: '5.0' }],
    ['1.13.12', { oldest: '3.10', isAdvice: false, below: '5.0' }],
    ['1.14.0', { oldest: '3.10', isAdvice: false }],
    ['1.31.9', { oldest: '3.10', isAdvice: false }],
    ['1.32.0', { oldest: '4.19', isAdvice: false }],
    ['1.33.9', { oldest: '4.19', isAdvice: false }],
    ['1.34.0', { oldest: '5.4', isAdvice: true, only: ['5.4', '5.10', '5.15'] }],
    ['1.37.2', { oldest: '5.4', isAdvice: true, only: ['5.4', '5.10', '5.15'] }],
  ])('%s: the kernels that its kubeadm knows', (version, need) => {
    expect(kernelNeed(parseVersion(version))).toEqual(need);
  });

  it.each([
    ['1.8.15', '4.19'],
    ['1.11.8', '4.19'],
    ['1.11.9', undefined],
    ['1.12.6', '4.19'],
    ['1.12.7', undefined],
    ['1.13.0', undefined],
  ])('%s: the first kernel without the conntrack module that kube-proxy looks for', (version, kernel) => {
    expect(firstKernelWithoutIpvs(parseVersion(version))).toBe(kernel);
  });

  it.each([
    ['1.18.20', 'fine', 'refused'],
    ['1.19.0', 'fine', 'fine'],
    ['1.30.0', 'fine', 'fine'],
    ['1.31.0', 'deprecated', 'fine'],
    ['1.34.9', 'deprecated', 'fine'],
    ['1.35.0', 'refused', 'fine'],
  ] as const)('%s: control groups of version 1 are %s, of version 2 %s', (version, first, second) => {
    expect(cgroupVerdict(parseVersion(version), 1)).toBe(first);
    expect(cgroupVerdict(parseVersion(version), 2)).toBe(second);
  });

  it.each([
    ['1.9.11', { below: '1.1', until: '1.10' }],
    ['1.10.13', { below: '2.0', until: '1.23' }],
    ['1.22.17', { below: '2.0', until: '1.23' }],
    ['1.23.0', {}],
    ['1.26.0', { oldest: '1.6' }],
    ['1.35.0', { oldest: '1.6', advised: '2.0' }],
  ])('%s: the containerd that its kubelet can talk to', (version, need) => {
    expect(containerdNeed(parseVersion(version))).toEqual(need);
  });
});
