// A version in one line: its dates, how far IPVS mode has come, who binds external IPs, and what we have run of it.
import { ipvsStage, type IpvsStage } from './ipvs-stage.ts';
import { hasEnded, releaseOf, releases } from './releases.ts';
import { trials } from './trials.ts';
import { has, kubeadmApi, type KubeadmApi } from './version-facts.ts';
import { minorOf, parseVersion, type KubernetesVersion } from './version.ts';

export interface VersionOverview {
  /** Such as 1.37. */
  readonly minor: string;
  /** YYYY-MM-DD; null where nobody tells. */
  readonly released: string | null;
  readonly endOfLife: string | null;
  /** Whether Kubernetes still mends it. */
  readonly isSupported: boolean;
  readonly ipvs: IpvsStage;
  /** Who makes external IPs addresses of the nodes. */
  readonly externalIPsBoundBy: 'kube-proxy' | 'ipvs-bootstrap';
  readonly areExternalIPsDeprecated: boolean;
  readonly kubeadmApi: KubeadmApi;
  /** Releases of it that this program has made clusters of. */
  readonly triedReleases: readonly string[];
}

/** Facts that differ between patch releases are those of the version's own. */
export function versionOverview(version: KubernetesVersion, today: string): VersionOverview {
  const release = releaseOf(version);
  const minor = minorOf(version);
  const tried = trials.filter((trial) => minorOf(parseVersion(trial.version)) === minor);
  return {
    minor,
    released: release?.released ?? null,
    endOfLife: release?.endOfLife ?? null,
    isSupported: release !== undefined && !hasEnded(release, today),
    ipvs: ipvsStage(version),
    externalIPsBoundBy: has(version, 'bindsExternalIPs') ? 'kube-proxy' : 'ipvs-bootstrap',
    areExternalIPsDeprecated: has(version, 'externalIPsDeprecated'),
    kubeadmApi: kubeadmApi(version),
    triedReleases: [...new Set(tried.map((trial) => trial.version))],
  };
}

/** Every minor that there is, newest first, each as its latest patch release has it. */
export function allOverviews(today: string): readonly VersionOverview[] {
  return releases.map(({ minor }) => versionOverview(latestOf(minor), today));
}

/** A patch number that no release reaches: what was mended in the course of a minor holds. */
const lastPatch = 999;

/** The latest patch release of a minor. */
export function latestOf(minor: string): KubernetesVersion {
  return { ...parseVersion(minor), patch: lastPatch };
}
