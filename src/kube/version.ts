// A Kubernetes version as numbers, and its order.
import { BootstrapError } from '../core/errors.ts';

export interface KubernetesVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * Reads `v1.20.2`, `1.20.2` or `1.20` (patch 0); what follows the patch, such as `-rc.0`, is left out.
 * @throws BootstrapError `internal` for anything else: the inventory's schema has checked what people wrote.
 */
export function parseVersion(text: string): KubernetesVersion {
  const [, major, minor, patch = '0'] = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+].*)?$/.exec(text) ?? [];
  if (major === undefined || minor === undefined) {
    throw new BootstrapError('internal', `"${text}" is not a Kubernetes version`);
  }
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** Negative, 0 or positive, as `left` is older than, equal to or newer than `right`. */
export function compareVersions(left: KubernetesVersion, right: KubernetesVersion): number {
  return left.major - right.major || left.minor - right.minor || left.patch - right.patch;
}

/** Whether `version` is `from` or newer; `from` is written like `1.14.2` or `1.14`. */
export function isSince(version: KubernetesVersion, from: string): boolean {
  return compareVersions(version, parseVersion(from)) >= 0;
}

/** `1.20`: how people name a minor release. */
export function minorOf({ major, minor }: KubernetesVersion): string {
  return `${major}.${minor}`;
}

/** `v1.20.2` */
export function formatVersion({ major, minor, patch }: KubernetesVersion): string {
  return `v${major}.${minor}.${patch}`;
}
