// What the plans for apt, dnf and zypper have in common.
import { versionedPackages } from '../../kube/package-repository.ts';
import type { KubernetesVersion } from '../../kube/version.ts';
import type { Bundle } from './bundle-files.ts';

/** Of a repository, or of a bundle. */
export type WantedPackages = RepositoryPackages | BundledPackages;

export interface BundledPackages {
  readonly version: KubernetesVersion;
  readonly bundle: Bundle;
}

export interface RepositoryPackages {
  readonly version: KubernetesVersion;
  readonly site: string;
  readonly key: string;
  /** Of the key. */
  readonly fingerprint: string;
  readonly ca: string | null;
}

export interface Lacking {
  /** Not there at all. */
  readonly absent: readonly string[];
  /** Those, and what is there in part. */
  readonly missing: readonly string[];
  /** Installed, and not held. */
  readonly loose: readonly string[];
}

export function isBundled(wanted: WantedPackages): wanted is BundledPackages {
  return 'bundle' in wanted;
}

/** Covers a slow mirror, and waiting for another package manager. */
export const installTimeoutMs = 30 * 60_000;

/** Whether it has the cluster's version; the others have versions of their own. */
export function isVersioned(name: string): boolean {
  return versionedPackages.some((one) => one === name);
}
