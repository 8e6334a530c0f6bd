// What the plans for apt, dnf and zypper have in common.
import { laterCopy, parseOpenPgpKey, type OpenPgpKey } from '../../bundle/openpgp-key.ts';
import type { Content } from '../../core/secret.ts';
import { ask } from '../../facts/fact.ts';
import { textFile, type TextFile } from '../../facts/files/file.ts';
import { versionedPackages } from '../../kube/package-repository.ts';
import type { KubernetesVersion } from '../../kube/version.ts';
import type { DownloadProxy } from '../../platform/download-proxy.ts';
import { removeStep } from '../files/remove-step.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import type { FactReader, Step } from '../operation.ts';
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
  readonly login: DownloadProxy['login'];
  /** On the way to the site; null when it is reached without. */
  readonly proxy: DownloadProxy | null;
  /** Whether there is a proxy that is not on the way. */
  readonly isDirect: boolean;
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

/**
 * The key that the host is to have. Renewed copies have the same fingerprint, and who runs this program next may have an
 * older one at hand: a copy on the host that ends no earlier stays.
 */
export function hostsKey({ key, fingerprint }: RepositoryPackages, found: TextFile | null): string {
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

interface RepositoryFile {
  readonly path: string;
  readonly content: Content;
  readonly mode?: number;
}

/** Writes what is wanted, and removes what is not of all the paths that such a file may have. */
export function repositoryFileSteps(
  wanted: readonly RepositoryFile[],
  paths: readonly string[],
  facts: FactReader,
): readonly Step[] {
  const found = (path: string) => facts.get(ask(textFile, { path }));
  const left = paths.filter((path) => !wanted.some((file) => file.path === path) && found(path) !== null);
  const written = wanted.flatMap((file) => {
    const there = found(file.path);
    const steps = textFileSteps(file, there);
    // Only those with a login are for nobody else.
    const isShown = there === null || (there.mode & 0o077) !== 0;
    return isShown
      ? steps
      : steps.map((step) => (step.kind === 'write' ? { ...step, before: undefined } : step));
  });
  return [...written, ...left.map(removeStep)];
}
