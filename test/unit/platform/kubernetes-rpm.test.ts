// The texts around Kubernetes' rpm packages. What dnf and zypper make of them is for test/integration/platform.
import { describe, expect, it } from 'vitest';
import {
  importRpmKey,
  installRpms,
  isRpmOf,
  lockedRpms,
  rpmRepositoryFile,
  rpmRepositoryUrl,
} from '../../../src/platform/kubernetes-rpm.ts';

describe('rpmRepositoryUrl', () => {
  it.each([
    [undefined, 'https://pkgs.k8s.io/core:/stable:/v1.37/rpm/'],
    ['https://mirror.example/k8s', 'https://mirror.example/k8s/core:/stable:/v1.37/rpm/'],
    ['https://mirror.example/k8s//', 'https://mirror.example/k8s/core:/stable:/v1.37/rpm/'],
    ['https://mirror.example/$basearch', 'https://mirror.example/%24basearch/core:/stable:/v1.37/rpm/'],
    [
      'https://mirror.example/a b\nenabled=0',
      'https://mirror.example/a%20benabled=0/core:/stable:/v1.37/rpm/',
    ],
  ])('below %s is %s', (mirror, url) => {
    expect(rpmRepositoryUrl({ minor: '1.37', ...(mirror === undefined ? {} : { mirror }) })).toBe(url);
  });
});

describe('rpmRepositoryFile', () => {
  it('has dnf leave the packages out of upgrades, and the repository where it cannot be used', () => {
    expect(rpmRepositoryFile('rhel', { minor: '1.37' })).toEqual({
      path: '/etc/yum.repos.d/kubernetes.repo',
      content: `# Written by ipvs-bootstrap.
[kubernetes]
name=Kubernetes 1.37
baseurl=https://pkgs.k8s.io/core:/stable:/v1.37/rpm/
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-kubernetes
skip_if_unavailable=1
exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni
`,
    });
  });

  it('has no word for zypper that it does not know', () => {
    const { path, content } = rpmRepositoryFile('suse', { minor: '1.37' });
    expect(path).toBe('/etc/zypp/repos.d/kubernetes.repo');
    expect(content).not.toMatch(/exclude|skip_if_unavailable/);
  });
});

it('asks for an exact version in the words of each package manager', () => {
  expect(installRpms('rhel', '1.37.2').text).toMatch(
    /\ninstall_exactly kubelet-1\.37\.2 kubeadm-1\.37\.2 kubectl-1\.37\.2$/,
  );
  expect(installRpms('suse', '1.37.2').text).toMatch(
    /\ninstall_exactly kubelet=1\.37\.2 kubeadm=1\.37\.2 kubectl=1\.37\.2$/,
  );
});

it('calls a key by the last eight digits of its fingerprint, as rpm does', () => {
  const { text } = importRpmKey('DE15B14486CD377B9E876E1A234654DA9A296436');
  expect(text).toContain('rpm -e --allmatches gpg-pubkey-9a296436');
});

it.each([
  ['1.37.2-150500.1.1', '1.37.2', true],
  ['1.37.2', '1.37.2', true],
  ['1.37.20-150500.1.1', '1.37.2', false],
  ['1.36.9-150500.1.1', '1.37.2', false],
])('%s is a package of %s: %s', (installed, version, answer) => {
  expect(isRpmOf(installed, version)).toBe(answer);
});

it('reads which packages zypper keeps as they are', () => {
  const locks =
    '\ntype: package\nmatch_type: glob\nsolvable_name: kubelet\n\ntype: package\nsolvable_name:\tkubeadm\n';
  expect(lockedRpms(locks)).toEqual(['kubelet', 'kubeadm']);
  expect(lockedRpms('')).toEqual([]);
});
