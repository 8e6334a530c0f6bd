// What the plans for apt, dnf and zypper have in common.
import { laterCopy, parseOpenPgpKey, type OpenPgpKey } from '../../bundle/openpgp-key.ts';
import type { TextFile } from '../../facts/files/file.ts';
import { versionedPackages } from '../../kube/package-repository.ts';
import type { KubernetesVersion } from '../../kube/version.ts';

export interface WantedPackages {
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

/** Covers a slow mirror, and waiting for another package manager. */
export const installTimeoutMs = 30 * 60_000;

/** Whether it has the cluster's version; the others have versions of their own. */
export function isVersioned(name: string): boolean {
  return versionedPackages.some((one) => one === name);
}

/**
 * The key that the host is to have. Renewed copies have the same fingerprint, and who runs this program next may have an
 * older one at hand: a copy on the host that ends no earlier stays.
 */
export function hostsKey({ key, fingerprint }: WantedPackages, found: TextFile | null): string {
  if (found === null) return key;
  const [ours, theirs] = [key, found.text].map((text) => keyOf(text, fingerprint));
  return ours !== undefined && theirs !== undefined && laterCopy(theirs, ours) === theirs ? found.text : key;
}

function keyOf(text: string, fingerprint: string): OpenPgpKey | undefined {
  try {
    const key = parseOpenPgpKey(text);
    return key.fingerprint === fingerprint ? key : undefined;
  } catch {
    // It is damaged, or none: not worth to be kept.
    return undefined;
  }
}
