// The version that a user names: a minor release, or one of its patch releases.
import { BootstrapError } from '../../core/errors.ts';
import { has, isSupported, supportedMinors } from '../../kube/version-facts.ts';
import { latestOf } from '../../kube/version-overview.ts';
import { formatVersion, isSince, minorOf, parseVersion, type KubernetesVersion } from '../../kube/version.ts';

const { oldest, newest } = supportedMinors;

export interface NamedVersion {
  /** `1.37`, or `v1.37.2` where the patch release counts. */
  readonly name: string;
  readonly version: KubernetesVersion;
}

/**
 * Reads `1.37`, meaning its latest release, or `v1.37.2`; the "v" is optional.
 * @throws BootstrapError `usage` for anything else, and for versions that this program does not know
 */
export function readVersion(text: string): NamedVersion {
  if (!/^v?\d{1,5}\.\d{1,5}(\.\d{1,5})?$/.test(text)) {
    throw new BootstrapError('usage', `"${text}" is no Kubernetes version`, {
      hint: `Write it like ${newest} or v${newest}.0.`,
    });
  }
  const version = parseVersion(text);
  if (!isSupported(version)) throw unknown(version);
  const minor = minorOf(version);
  const isMinor = text.split('.').length === 2;
  return isMinor ? { name: minor, version: latestOf(minor) } : { name: formatVersion(version), version };
}

function unknown(version: KubernetesVersion): BootstrapError {
  const name = `Kubernetes ${minorOf(version)}`;
  const hint = `"ipvs-bootstrap versions" lists those from ${oldest} to ${newest}.`;
  if (version.major === 1 && !isSince(version, oldest)) {
    return new BootstrapError('usage', `${name} has no IPVS mode: ${oldest} is the first that has`, { hint });
  }
  const message = `${name} is not known here: ${newest} is the newest that is`;
  return new BootstrapError('usage', message, { hint: `${planOf(version)}${hint}` });
}

function planOf(version: KubernetesVersion): string {
  if (has(version, 'ipvsRemoved')) return 'Kubernetes plans to remove IPVS mode in 1.43. ';
  return has(version, 'ipvsOffByDefault') ? 'Kubernetes plans to switch IPVS mode off in 1.40. ' : '';
}
