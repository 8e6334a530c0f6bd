// A site in pkgs.k8s.io's layout with rpm packages of our own making, signed by keys that live as long as the test.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
mkdir -p %{buildroot}/usr/bin
for name in kubelet kubeadm kubectl cri-tools kubernetes-cni; do echo "$name %{kubernetes}" > %{buildroot}/usr/bin/$name; done
%files
/usr/bin/kubelet
%files -n kubeadm
/usr/bin/kubeadm
%files -n kubectl
/usr/bin/kubectl
%files -n cri-tools
/usr/bin/cri-tools
%files -n kubernetes-cni
/usr/bin/kubernetes-cni
`;

export interface SigningKey {
  readonly fingerprint: string;
  /** File with the public half. */
  readonly path: string;
}

export class RpmSite {
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** @param directory an empty one; short, as gpg-agent has a socket in it */
  constructor(directory: string) {
    this.#directory = directory;
    const home = join(directory, 'gpg');
    mkdirSync(home, { mode: 0o700 });
    this.#environment = { ...process.env, HOME: directory, GNUPGHOME: home, LC_ALL: 'C' };
  }

  /** @param end day on which the key ends, which must not be before the day on which it is made, 2024-01-01 */
  makeKey(name: string, end?: string): SigningKey {
    const made = ['--faked-system-time', '20240101T000000'];
    this.#gpg(...made, '--passphrase', '', '--quick-gen-key', name, 'rsa2048', 'sign', end ?? 'never');
    const listed = this.#gpg('--list-keys', '--with-colons', name);
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1];
    if (fingerprint === undefined) throw new Error(`no key: ${listed}`);
    return { fingerprint, path: this.#exported(fingerprint, `${name}.asc`) };
  }

  /** The same key with another end, in a file of its own. */
  renewKey({ fingerprint }: SigningKey): SigningKey {
    this.#gpg('--passphrase', '', '--quick-set-expire', fingerprint, '0');
    return { fingerprint, path: this.#exported(fingerprint, `${fingerprint}.asc`) };
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
  publish(name: string, minor: string, { fingerprint, path }: SigningKey): string {
    const site = join(this.#directory, name);
    const repository = join(site, `core:/stable:/v${minor}/rpm`);
    rmSync(site, { recursive: true, force: true });
    cpSync(join(this.#directory, 'built/noarch'), join(repository, 'noarch'), { recursive: true });
    const files = readdirSync(join(repository, 'noarch')).map((file) => join(repository, 'noarch', file));
    const signing = define(['__gpg /usr/bin/gpg', `_gpg_name ${fingerprint}`]);
    this.#run('rpmsign', [...signing, '--addsign', ...files]);
    this.#run('createrepo_c', ['-q', repository]);
    const index = join(repository, 'repodata/repomd.xml');
    this.#gpg('-u', fingerprint, '--armor', '--detach-sign', index);
    cpSync(path, `${index}.key`);
    return `file://${site}`;
  }

  /** Ends the program that keeps the secret keys. */
  close(): void {
    this.#run('gpgconf', ['--kill', 'gpg-agent']);
  }

  #exported(fingerprint: string, name: string): string {
    const file = join(this.#directory, name);
    writeFileSync(file, this.#gpg('--armor', '--export', fingerprint));
    return file;
  }

  #gpg(...args: readonly string[]): string {
    return this.#run('gpg', ['--batch', '--yes', '--quiet', ...args]);
  }

  #run(program: string, args: readonly string[]): string {
    return execFileSync(program, args, {
      env: this.#environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

function define(macros: readonly string[]): readonly string[] {
  return macros.flatMap((macro) => ['--define', macro]);
}
