// Kubernetes' own packages as files of a bundle: hosts install and hold them as they would from its repositories.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import {
  companionPackages,
  repositoryKeyUrl,
  repositoryPackages,
  repositoryUrl,
  versionedPackages,
} from '../../kube/package-repository.ts';
import { parseVersion } from '../../kube/version.ts';
import { findFlatPackages, openFlatRepository } from '../../local/debian/flat-repository.ts';
import type { NeededPackage } from '../../local/debian/package-set.ts';
import { downloadPackages, type DebianPackage } from '../../local/debian/resolve.ts';
import { runProgram, throwIfInterrupted } from '../../local/programs/program.ts';
import type { Report } from '../../local/report.ts';
import { readCertificates } from '../certificates.ts';
import { fetchKey } from '../fetch-key.ts';
import { repositoryError } from './repository-failure.ts';
import type { BundleRequest, PackageSite } from './request.ts';

/** The folder of Kubernetes' packages in a bundle; they are the same for all releases of Debian. */
export const kubernetesFolder = 'packages/kubernetes';

/** Which of them takes which along, by what it depends on. */
const neededBy: Readonly<Record<string, readonly string[]>> = {
  kubelet: ['kubelet', 'kubeadm'],
  kubectl: ['kubectl', 'kubeadm'],
  'cri-tools': ['cri-tools', 'kubeadm'],
  'kubernetes-cni': ['kubernetes-cni', 'kubelet', 'kubeadm'],
};

/** Such a package's entry in the manifest, as far as it is known without the file. */
export function kubernetesEntry({ name, version, neededBy: by, fileName }: NeededPackage) {
  return {
    kind: 'package' as const,
    name,
    version,
    neededBy: [...by],
    path: `${kubernetesFolder}/${fileName}`,
  };
}

export interface KubernetesRepository {
  /** All that a node installs of it. */
  readonly packages: readonly NeededPackage[];
  /** Downloads and verifies some of them into a directory. */
  readonly fetch: (packages: readonly DebianPackage[], directory: string) => Promise<void>;
}

/**
 * Reads the repository of the version's minor for hosts of an architecture.
 * @throws BootstrapError `download.failed`, `file.unreadable` or `interrupted`
 */
export async function openKubernetesRepository(
  request: BundleRequest,
  from: PackageSite,
  architecture: string,
  report: Report,
  signal: AbortSignal,
): Promise<KubernetesRepository> {
  const version = parseVersion(request.version);
  const url = repositoryUrl(from.site, version, 'deb');
  const ca = request.ca === undefined ? undefined : await readCertificates(request.ca);
  const { fingerprint, keyFile: cached, now } = from;
  const { through } = request;
  const asked = {
    url: repositoryKeyUrl(from.site, version),
    fingerprint,
    ca,
    cached,
    through,
    now,
    keep: true,
  };
  const key = await fetchKey({ ...asked, report, signal });
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throwIfInterrupted(signal);
      throw repositoryError(url, request.version, error);
    }
  };
  const apt = await told(() =>
    openFlatRepository(request.aptDirectory, { url, key, ca, architecture }, report, signal),
  );
  const found = await told(() => findFlatPackages(apt, wanted(version), signal));
  const ordered = repositoryPackages.flatMap((name) => found.filter((item) => item.name === name));
  return {
    packages: ordered.map((item) => ({ ...item, neededBy: [...(neededBy[item.name] ?? [item.name])] })),
    fetch: (packages, directory) => told(() => downloadPackages(apt, packages, directory, signal)),
  };
}

function wanted({ major, minor, patch }: ReturnType<typeof parseVersion>): readonly string[] {
  return [...versionedPackages.map((name) => `${name}=${major}.${minor}.${patch}-*`), ...companionPackages];
}

/** Where its kubeadm is kept: it is run, so that none of another mirror or key may be found there. */
export function kubeadmDirectory(
  aptDirectory: string,
  { site, fingerprint }: Pick<PackageSite, 'site' | 'fingerprint'>,
): string {
  const mark = createHash('sha256').update(`${fingerprint} ${site}`).digest('hex').slice(0, 16);
  return join(aptDirectory, 'kubeadm', mark);
}

/** The kubeadm of the package for an architecture, unpacked into a directory where it stays. */
export async function unpackedKubeadm(
  { packages, fetch }: KubernetesRepository,
  directory: string,
  signal: AbortSignal,
): Promise<string> {
  const kubeadm = packages.find(({ name }) => name === 'kubeadm');
  if (kubeadm === undefined) throw new BootstrapError('internal', 'a repository without kubeadm was opened');
  const program = join(directory, kubeadm.fileName.replace(/\.deb$/, ''));
  if ((await stat(program).catch(() => undefined)) !== undefined) return program;
  await mkdir(directory, { recursive: true });
  const work = await mkdtemp(join(directory, '.unpacking-'));
  try {
    await fetch([kubeadm], work);
    await runProgram('dpkg-deb', ['--extract', join(work, kubeadm.fileName), join(work, 'root')], { signal });
    await rename(join(work, 'root/usr/bin/kubeadm'), program);
  } finally {
    await rm(work, { recursive: true });
  }
  return program;
}
