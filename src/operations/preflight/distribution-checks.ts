// Preflight checks of the distribution. What is true of several hosts is said once, by the first of them.
import type { HostSystem } from '../../facts/host/host-system.ts';
import type { OsRelease } from '../../facts/host/os-release.ts';
import {
  compareVersions,
  distributions,
  findDistribution,
  findFamily,
} from '../../platform/distributions.ts';
import { findRelease } from '../../platform/releases.ts';
import { warning, type Finding } from './finding.ts';

/** A host with what it says of itself. */
export interface NamedHost {
  readonly name: string;
  readonly os: OsRelease;
  readonly system: Pick<HostSystem, 'epoch' | 'selinux' | 'firewalld'>;
}

/**
 * The findings of one host that none before it has too; those that later ones share name them.
 * @param hosts all, in the order of the inventory
 */
export function checkDistributions(node: string, hosts: readonly NamedHost[]): readonly Finding[] {
  const own = hosts.find(({ name }) => name === node);
  if (own === undefined) return [];
  return checkDistribution(own).flatMap((finding) => {
    const having = hosts.filter((host) => checkDistribution(host).some((other) => isSame(other, finding)));
    const [first, ...others] = having.map(({ name }) => name);
    if (first !== node) return [];
    return [others.length === 0 ? finding : { ...finding, message: `${finding.message}${also(others)}` }];
  });
}

function isSame(one: Finding, other: Finding): boolean {
  return one.check === other.check && one.message === other.message;
}

/** So many names are read; of more, their number. */
const mostNames = 3;

function also(names: readonly string[]): string {
  const shown = names.length > mostNames ? `${names.length} more hosts` : names.join(', ');
  return ` (also ${shown})`;
}

function checkDistribution({ os, system }: NamedHost): readonly Finding[] {
  return [
    ...checkName(os),
    ...checkEnd(os, system.epoch),
    ...checkSelinux(system.selinux),
    ...checkFirewalld(system.firewalld),
  ];
}

function checkName(os: OsRelease): readonly Finding[] {
  const { id, versionId, prettyName } = os;
  const known = findDistribution(id);
  if (known === undefined) return [unknownDistribution(os)];
  if (versionId !== '' && compareVersions(versionId, known.oldest) < 0) {
    const message = `${prettyName} is older than ${known.name} ${known.oldest}`;
    return [warning('distribution', message, 'Expect surprises.')];
  }
  const release = findRelease(id, versionId);
  if (release?.ran !== undefined) return [];
  const [message, hint] =
    release === undefined
      ? [
          `this program was never run on ${prettyName}, and has no facts about this release`,
          'Expect surprises. docs/reference/distributions.md lists what it knows.',
        ]
      : [
          `this program was never run on ${prettyName}: it knows facts about it only`,
          'docs/reference/distributions.md has them, with their sources.',
        ];
  return [warning('distribution', message, hint)];
}

function unknownDistribution({ id, idLike, prettyName }: OsRelease): Finding {
  const family = findFamily(id, idLike);
  const names = distributions.map(({ name }) => name).join(', ');
  const treated =
    family === undefined ? `Known are ${names}.` : `It is treated as one of the ${family} family.`;
  return warning('distribution', `${prettyName} is not a distribution that we know`, treated);
}

function checkEnd({ id, versionId, prettyName }: OsRelease, epoch: number): readonly Finding[] {
  const until = findRelease(id, versionId)?.until;
  if (until === undefined || new Date(epoch * 1000).toISOString().slice(0, 10) <= until) return [];
  const message = `${prettyName} has got no general fixes since ${until}`;
  return [warning('end-of-life', message, 'Update it, unless somebody mends it for you.')];
}

/** – kubernetes.io, "Installing kubeadm"; kubernetes/kubeadm#279 */
function checkSelinux(state: HostSystem['selinux']): readonly Finding[] {
  if (state !== 'enforcing') return [];
  const message = 'SELinux is enforcing, which kubeadm does not prepare for';
  const hint =
    'Kubernetes\' own guide makes it permissive: "setenforce 0", and SELINUX=permissive in /etc/selinux/config. To keep it, install container-selinux, and look for what was denied: "ausearch -m avc -ts recent".';
  return [warning('selinux', message, hint)];
}

/** – kubeadm's check Firewalld, which warns too */
function checkFirewalld(isActive: boolean): readonly Finding[] {
  if (!isActive) return [];
  const message = 'firewalld is active, and closes every port that nobody has opened';
  const hint =
    'Open those of the API (6443), etcd (2379, 2380), the kubelets (10250) and your node ports, and let through what pods send; or stop it: "systemctl disable --now firewalld".';
  return [warning('firewalld', message, hint)];
}
