// What to install for a missing kernel module, by distribution and kernel flavour.
import { expect, it } from 'vitest';
import { kernelOption, moduleAdvice } from '../../../src/platform/kernel-modules.ts';

it.each([
  ['ubuntu', 'debian', '5.15.0-1045-kvm', 'linux-image-generic'],
  ['ubuntu', 'debian', '5.15.0-91-generic', 'linux-modules-extra-5.15.0-91-generic'],
  ['debian', 'debian', '6.1.0-18-cloud-amd64', 'linux-image-amd64'],
  ['debian', 'debian', '6.1.0-18-arm64', 'linux-image-arm64'],
  ['ol', 'rhel', '6.12.0-1.el9uek.x86_64', 'kernel-uek-modules-6.12.0-1.el9uek.x86_64'],
  ['ol', 'rhel', '5.14.0-427.el9.x86_64', 'kernel-modules-5.14.0-427.el9.x86_64'],
  ['amzn', 'rhel', '6.1.79-99.164.amzn2023.x86_64', 'kernel-modules-extra-6.1.79-99.164.amzn2023.x86_64'],
  ['rocky', 'rhel', '5.14.0-427.el9.x86_64', 'kernel-modules-extra-5.14.0-427.el9.x86_64'],
  ['opensuse-leap', 'suse', '5.14.21-150500.55-default', 'kernel-default'],
] as const)('on %s (%s family) with %s names %s', (id, family, release, name) => {
  expect(moduleAdvice(id, family, release)).toContain(name);
});

it('has no advice for a distribution it does not know', () => {
  expect(moduleAdvice('gentoo', undefined, '6.6.0')).toBeUndefined();
});

it('knows the kernel options that are not named after their module', () => {
  expect(kernelOption('ip_vs_rr')).toBe('CONFIG_IP_VS_RR');
  expect(kernelOption('br_netfilter')).toBe('CONFIG_BRIDGE_NETFILTER');
});
