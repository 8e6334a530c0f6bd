// The texts around Kubernetes' rpm packages. What dnf and zypper make of them is for test/integration/platform.
import { describe, expect, it } from 'vitest';
import { managedMark } from '../../../src/core/managed.ts';
import {
  installRpms,
  lockedRpms,
  removeRpms,
  rpmRepositoryFiles,
  rpmSettings,
} from '../../../src/platform/kubernetes-rpms.ts';

describe('rpmRepositoryFiles', () => {
  const url = 'https://pkgs.k8s.io/core:/stable:/v1.37/rpm/';
  const repository = {
    url,
    key: 'the key',
    ca: null,
    login: null,
    proxy: null,
    isDirect: false,
    packages: ['kubelet', 'kubeadm'],
  };

  it('has dnf leave the packages out of upgrades, and the repository where it cannot be used', () => {
    expect(rpmRepositoryFiles('rhel', repository)).toEqual([
      { path: '/etc/pki/rpm-gpg/ipvs-bootstrap-kubernetes.asc', content: 'the key' },
      {
        path: '/etc/yum.repos.d/ipvs-bootstrap-kubernetes.repo',
        content: `${managedMark}
[ipvs-bootstrap-kubernetes]
name=Kubernetes
baseurl=https://pkgs.k8s.io/core:/stable:/v1.37/rpm/
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/ipvs-bootstrap-kubernetes.asc
skip_if_unavailable=1
exclude=kubelet kubeadm
`,
      },
    ]);
  });

  it('tells dnf who vouches for a mirror', () => {
    const [, ca, file] = rpmRepositoryFiles('rhel', { ...repository, ca: 'PEM' });
    expect(ca).toEqual({ path: '/etc/pki/rpm-gpg/ipvs-bootstrap-kubernetes-ca.pem', content: 'PEM' });
    expect(file?.content).toContain(`\nsslcacert=${ca?.path ?? ''}\n`);
  });

  it('has no word for zypper that it does not know', () => {
    const [, file] = rpmRepositoryFiles('suse', repository);
    expect(file?.path).toBe('/etc/zypp/repos.d/ipvs-bootstrap-kubernetes.repo');
    expect(file?.content).not.toMatch(/exclude|skip_if_unavailable/);
  });

  it.each([
    ['https://mirror.example/$basearch/', 'https://mirror.example/%24basearch/'],
    ['https://mirror.example/a b\nenabled=0/', 'https://mirror.example/a%20benabled=0/'],
  ])('lets nothing of the URL %j mean anything else', (odd, plain) => {
    const [, file] = rpmRepositoryFiles('rhel', { ...repository, url: odd });
    expect(file?.content).toContain(`\nbaseurl=${plain}\n`);
  });
});

it('asks for an exact version in the words of each package manager', () => {
  const names = ['kubelet', 'kubeadm'];
  expect(installRpms('rhel', names, '1.37.2').text).toMatch(
    /\ninstall_exactly kubelet-1\.37\.2 kubeadm-1\.37\.2$/,
  );
  expect(installRpms('suse', names, '1.37.2').text).toMatch(
    /\ninstall_exactly kubelet=1\.37\.2 kubeadm=1\.37\.2$/,
  );
});

it('reads which packages zypper keeps as they are', () => {
  const locks =
    '\ntype: package\nmatch_type: glob\nsolvable_name: kubelet\n\ntype: package\nsolvable_name:\tkubeadm\n';
  expect(lockedRpms(locks)).toEqual(['kubelet', 'kubeadm']);
  expect(lockedRpms('')).toEqual([]);
});

describe('removeRpms', () => {
  it("takes along the package's own settings only where they are beside ones of before", () => {
    const removal = `rm -f ${rpmSettings}.rpmnew`;
    expect(removeRpms(['kubelet'], [rpmSettings]).text).toContain(removal);
    expect(removeRpms(['kubelet'], []).text).not.toContain('rpmnew');
  });
});
