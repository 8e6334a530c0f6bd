// The releases of the container runtime: which go with a Kubernetes version, and where their files lie.
import { isSince, type KubernetesVersion } from '../kube/version.ts';
import type { SitedProgram } from './fetch-programs.ts';

/** What a node needs to run containers, part by part. */
export const runtimeParts = ['containerd', 'runc', 'cni-plugins', 'crictl'] as const;

export type RuntimePart = (typeof runtimeParts)[number];

export interface RuntimeVersions {
  readonly containerd: string;
  readonly runc: string;
  readonly cniPlugins: string;
  readonly crictl: string;
}

/**
 * Newest first. runc and crictl are those that the containerd beside them is tested with: script/setup/runc-version and
 * critools-version of containerd v2.4.2 and v1.7.35; the plugins those of containerd v2.4.2, in its go.mod. containerd 2
 * has CRI v1 alone, which kubelets have from 1.23 on; from 1.10 on they have the oldest that containerd 1.7 has.
 * – containerd, RELEASES.md, "Kubernetes Support"; S1.9, S1.10, S1.22, S1.23
 */
const defaults: readonly (readonly [from: string, versions: RuntimeVersions])[] = [
  ['1.23', { containerd: '2.4.2', runc: '1.5.2', cniPlugins: '1.9.1', crictl: '1.37.0' }],
  ['1.10', { containerd: '1.7.35', runc: '1.3.6', cniPlugins: '1.9.1', crictl: '1.29.0' }],
];

/** The releases that go with a Kubernetes; the inventory's rules leave out the versions that have none. */
export function runtimeVersions(version: KubernetesVersion): RuntimeVersions {
  const found = defaults.find(([from]) => isSince(version, from)) ?? defaults.at(-1);
  if (found === undefined) throw new Error('there are no releases');
  return found[1];
}

export interface RuntimeFile extends SitedProgram {
  readonly part: RuntimePart;
  /** Where its programs go on a host. */
  readonly directory: string;
  /** What it is called there, when it is one program and no archive. */
  readonly program?: string;
}

const programDirectory = '/usr/local/bin';

/**
 * The files of the releases, as the makers name them. – containerd: Makefile (`release`); runc: script/release_build.sh
 * and release_sign.sh; plugins: .github/workflows/release.yaml; cri-tools: hack/release.sh
 */
export function runtimeFile(
  part: RuntimePart,
  site: string,
  architecture: string,
  versions: RuntimeVersions,
): RuntimeFile {
  const download = (project: string, version: string) => `${site}/${project}/releases/download/v${version}`;
  switch (part) {
    case 'containerd': {
      const file = `containerd-${versions.containerd}-linux-${architecture}.tar.gz`;
      const url = `${download('containerd/containerd', versions.containerd)}/${file}`;
      return { part, name: file, url, checksum: `${url}.sha256sum`, directory: programDirectory };
    }
    case 'runc': {
      const base = download('opencontainers/runc', versions.runc);
      const row = `runc.${architecture}`;
      const name = `runc-${versions.runc}-${architecture}`;
      const sited = { url: `${base}/${row}`, checksum: `${base}/runc.sha256sum`, row };
      return { part, name, ...sited, directory: programDirectory, program: 'runc' };
    }
    case 'cni-plugins': {
      const file = `cni-plugins-linux-${architecture}-v${versions.cniPlugins}.tgz`;
      const url = `${download('containernetworking/plugins', versions.cniPlugins)}/${file}`;
      return { part, name: file, url, directory: '/opt/cni/bin' };
    }
    case 'crictl': {
      const file = `crictl-v${versions.crictl}-linux-${architecture}.tar.gz`;
      const url = `${download('kubernetes-sigs/cri-tools', versions.crictl)}/${file}`;
      return { part, name: file, url, directory: programDirectory };
    }
  }
}
