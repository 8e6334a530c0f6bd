// A site in pkgs.k8s.io's layout with rpm packages of our own making, signed by keys that live as long as the test.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningKey } from './signing-key.ts';

/** Each package carries one file, which says what it is; what needs what is as in the makers' packages. */
const spec = `
Name: kubelet
Version: %{kubernetes}
Release: 150500.1.1
Summary: for a test
License: none
BuildArch: noarch
Requires: kubernetes-cni >= 1.2.0
%description
For a test.
%package -n kubeadm
Summary: for a test
Requires: cri-tools >= 1.30.0
%description -n kubeadm
For a test.
%package -n kubectl
Summary: for a test
%description -n kubectl
For a test.
%package -n cri-tools
Summary: for a test
%description -n cri-tools
For a test.
%package -n kubernetes-cni
Summary: for a test
%description -n kubernetes-cni
For a test.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/etc/sysconfig
echo KUBELET_EXTRA_ARGS= > %{buildroot}/etc/sysconfig/kubelet
for name in kubelet kubeadm kubectl cri-tools kubernetes-cni; do echo "$name %{kubernetes}" > %{buildroot}/usr/bin/$name; done
%files
/usr/bin/kubelet
%config(noreplace) /etc/sysconfig/kubelet
%files -n kubeadm
/usr/bin/kubeadm
%files -n kubectl
/usr/bin/kubectl
%files -n cri-tools
/usr/bin/cri-tools
%files -n kubernetes-cni
/usr/bin/kubernetes-cni
`;

export class RpmSite {
  readonly #directory: string;

  /** @param directory an empty one */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Builds the packages of these versions; they are not signed yet. */
  build(versions: readonly string[]): void {
    writeFileSync(join(this.#directory, 'kubernetes.spec'), spec);
    for (const version of versions) {
      const defined = [
        `kubernetes ${version}`,
        `_topdir ${join(this.#directory, version)}`,
        `_rpmdir ${join(this.#directory, 'built')}`,
      ];
      this.#run('rpmbuild', ['-bb', '--quiet', ...define(defined), join(this.#directory, 'kubernetes.spec')]);
    }
  }

  /** A site whose packages and index this key has signed. Gives its URL. */
  publish(name: string, minor: string, key: SigningKey): string {
    const site = join(this.#directory, name);
    const repository = join(site, `core:/stable:/v${minor}/rpm`);
    rmSync(site, { recursive: true, force: true });
    cpSync(join(this.#directory, 'built/noarch'), join(repository, 'noarch'), { recursive: true });
    const files = readdirSync(join(repository, 'noarch')).map((file) => join(repository, 'noarch', file));
    const signing = define(['__gpg /usr/bin/gpg', `_gpg_name ${key.fingerprint}`, `_gpg_path ${key.home}`]);
    this.#run('rpmsign', [...signing, '--addsign', ...files]);
    this.#run('createrepo_c', ['-q', repository]);
    signRpmIndex(site, minor, key);
    return `file://${site}`;
  }

  #run(program: string, args: readonly string[]): void {
    const env = { ...process.env, HOME: this.#directory, LC_ALL: 'C' };
    execFileSync(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

/** Signs the index of a site in this directory anew, and lays the key beside it. */
export function signRpmIndex(site: string, minor: string, key: SigningKey): void {
  const index = join(site, `core:/stable:/v${minor}/rpm/repodata/repomd.xml`);
  key.signFile(index);
  writeFileSync(`${index}.key`, key.armored);
}

function define(macros: readonly string[]): readonly string[] {
  return macros.flatMap((macro) => ['--define', macro]);
}
