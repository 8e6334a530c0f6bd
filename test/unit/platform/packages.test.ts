// Package names by family, and packages that do each other's job.
import { expect, it } from 'vitest';
import { equivalentPackages, packageName } from '../../../src/platform/packages.ts';

it('translates the names that differ', () => {
  expect(packageName('conntrack', 'rhel')).toBe('conntrack-tools');
  expect(packageName('iproute2', 'suse')).toBe('iproute2');
  expect(packageName('conntrack', undefined)).toBe('conntrack');
  expect(packageName('ipvsadm', 'rhel')).toBe('ipvsadm');
});

it('takes one package for another that brings the same programs', () => {
  expect(equivalentPackages('containerd')).toEqual(['containerd', 'containerd.io']);
  expect(equivalentPackages('iptables')).toEqual(['iptables', 'iptables-nft', 'iptables-legacy']);
  expect(equivalentPackages('ipset')).toEqual(['ipset']);
});
