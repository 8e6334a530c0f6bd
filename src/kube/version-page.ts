// All that holds for a version, in plain words and with the places where it was read.
import { ipvsStage } from './ipvs-stage.ts';
import { cgroupVerdict, firstKernelWithoutIpvs, kernelNeed, runtimeConfigNeeded } from './node-needs.ts';
import { releaseOf, withDay } from './releases.ts';
import { trials, type Trial } from './trials.ts';
import { containerdNeed, has, knownSchedulers } from './version-facts.ts';
import { versionOverview, type VersionOverview } from './version-overview.ts';
import { isSince, minorOf, parseVersion, type KubernetesVersion } from './version.ts';
import { waysOut, type WayOut } from './ways-out.ts';

export interface VersionStatement {
  readonly subject: string;
  readonly text: string;
  /** Changes of kubernetes/kubernetes, enhancement proposals, changelogs and sources. */
  readonly sources: readonly string[];
}

export interface VersionPage extends VersionOverview {
  readonly statements: readonly VersionStatement[];
  readonly trials: readonly Trial[];
  readonly waysOut: readonly WayOut[];
}

/** @param today as YYYY-MM-DD */
export function versionPage(version: KubernetesVersion, today: string): VersionPage {
  const overview = versionOverview(version, today);
  return {
    ...overview,
    statements: [
      support(version, overview),
      ipvsMode(version),
      ...gates(version),
      missingModules(version),
      externalIPs(version),
      settings(version),
      families(version),
      controlPlanes(version),
      kubeadm(overview),
      kernel(version),
      cgroups(version),
      containerd(version),
      packages(version),
    ],
    trials: trials.filter((trial) => minorOf(parseVersion(trial.version)) === overview.minor),
    waysOut: waysOut(version, overview, today),
  };
}

function support(version: KubernetesVersion, { isSupported, endOfLife }: VersionOverview): VersionStatement {
  const day = endOfLife ?? 'a day that is unknown';
  const released = releaseOf(version)?.released ?? 'unknown';
  const fixes = isSupported ? `Kubernetes mends it until ${day}` : `Kubernetes mended it until ${day}`;
  return {
    subject: 'support',
    text: `released on ${released}; ${fixes}`,
    sources: ['website data/releases'],
  };
}

function ipvsMode(version: KubernetesVersion): VersionStatement {
  const stage = ipvsStage(version);
  const texts: Partial<Record<typeof stage, string>> = {
    alpha: `alpha, since ${withDay('1.8')}`,
    beta: `beta, since ${withDay('1.9')}`,
    stable: `stable, since ${withDay('1.11')}`,
  };
  const deprecated = `deprecated since ${withDay('1.35')}; Kubernetes plans to switch it off in 1.40 and to remove it in 1.43`;
  const sources = stage === 'deprecated' ? ['#134539', 'KEP-5495', 'S1.37'] : ['CL1.8', 'CL1.9', 'CL1.11'];
  return { subject: 'IPVS mode', text: texts[stage] ?? deprecated, sources };
}

function gates(version: KubernetesVersion): readonly VersionStatement[] {
  const rows: readonly (readonly [applies: boolean, text: string, sources: readonly string[]])[] = [
    [
      has(version, 'ipvsGate'),
      'kube-proxy wants SupportIPVSProxyMode=true, which this program sets',
      ['CL1.10 #60540'],
    ],
    [
      has(version, 'ipvsOptOutGate'),
      'KubeProxyIPVS of kube-proxy is on; from 1.40 it is planned to be off, and IPVS mode refused without it',
      ['#139397', 'KEP-5495'],
    ],
    [
      has(version, 'externalIPsDeprecated'),
      'AllowServiceExternalIPs of kube-proxy is on; from 1.40 it is planned to be off, and external IPs unserved without it',
      ['S1.36', 'KEP-5707'],
    ],
  ];
  return rows.flatMap(([applies, text, sources]) =>
    applies ? [{ subject: 'feature gate', text, sources }] : [],
  );
}

function missingModules(version: KubernetesVersion): VersionStatement {
  const text = has(version, 'silentFallback')
    ? 'kube-proxy falls back to iptables and says so in its log only; verify finds it'
    : 'kube-proxy does not start';
  return { subject: 'without kernel modules', text, sources: ['CL1.26 #111806'] };
}

function externalIPs(version: KubernetesVersion): VersionStatement {
  const until110 = 'kube-proxy binds them nowhere; this program binds each on one node';
  const onOthers = has(version, 'leavesForeignAddresses')
    ? ', except on a node where another interface has the address'
    : '';
  const bound = `kube-proxy binds them to kube-ipvs0 of every node${onOthers}`;
  const deprecated = has(version, 'externalIPsDeprecated')
    ? `; the field is deprecated since ${withDay('1.36')}`
    : '';
  return {
    subject: 'external IPs',
    text: (has(version, 'bindsExternalIPs') ? bound : until110) + deprecated,
    sources: ['#63066', '#115019', ...(deprecated === '' ? [] : ['KEP-5707'])],
  };
}

function settings(version: KubernetesVersion): VersionStatement {
  const parts = [
    has(version, 'validatesScheduler')
      ? `schedulers ${knownSchedulers.join(', ')}`
      : 'any scheduler of the kernel',
    ...(has(version, 'excludeCIDRs') ? ['excludeCIDRs'] : []),
    ...(has(version, 'strictARP') ? ['strictARP'] : []),
    ...(has(version, 'alwaysStrictARP') ? ['strict ARP always on'] : []),
    ...(has(version, 'ipvsTimeouts') ? ['timeouts'] : []),
  ];
  return {
    subject: 'kube-proxy takes',
    text: parts.join('; '),
    sources: ['#62083', '#75295', '#85517', '#114878'],
  };
}

function families(version: KubernetesVersion): VersionStatement {
  const gate = has(version, 'dualStackGate')
    ? ' (alpha, behind the gate IPv6DualStack, which this program sets)'
    : '';
  const text = has(version, 'ipFamilyPolicy') ? `IPv4, IPv6, or both${gate}` : oneFamily(version);
  return { subject: 'IP families', text, sources: ['#68436', '#71035', 'S1.16', 'S1.17', 'S1.21'] };
}

function oneFamily(version: KubernetesVersion): string {
  if (!has(version, 'ipvsIPv6')) return 'IPv4: kube-proxy cannot balance IPv6 with IPVS before 1.13';
  const gap = has(version, 'ipvsIPv6NodePorts') ? '' : ' (without node ports, which need 1.14)';
  const both = has(version, 'dualStack')
    ? 'both are alpha here, and with this program need 1.20'
    : 'both need 1.20';
  return `IPv4 or IPv6${gap}: ${both}`;
}

function controlPlanes(version: KubernetesVersion): VersionStatement {
  const text = has(version, 'certificateKey') ? 'one or several' : 'one: several need 1.15';
  return { subject: 'control planes', text, sources: ['CL1.15 #78452'] };
}

function kubeadm({ kubeadmApi }: VersionOverview): VersionStatement {
  return { subject: 'kubeadm API', text: kubeadmApi, sources: ['#69055', '#101129', '#125029'] };
}

function kernel(version: KubernetesVersion): VersionStatement {
  const { oldest, isAdvice, below, only } = kernelNeed(version);
  const limit = firstKernelWithoutIpvs(version);
  const known = only === undefined ? `from ${oldest} on` : `${only.join(', ')} and those from 6.0 on`;
  const upTo = below === undefined ? '' : `, below ${below}`;
  const text = `Linux ${known}${upTo}; kubeadm ${isAdvice ? 'warns of' : 'refuses'} others`;
  const noIpvs = `; from ${limit ?? ''} on kube-proxy misses nf_conntrack_ipv4 and falls back to iptables`;
  return {
    subject: 'kernel',
    text: limit === undefined ? text : text + noIpvs,
    sources: ['system-validators', ...(limit === undefined ? [] : ['#70398', '#75241', '#75242'])],
  };
}

function cgroups(version: KubernetesVersion): VersionStatement {
  const texts = {
    fine: 'version 1 or 2',
    deprecated: 'version 2; version 1 still works and is deprecated since 1.31',
    refused: 'version 2: kubeadm and the kubelet refuse version 1',
  };
  const isOld = cgroupVerdict(version, 2) === 'refused';
  return {
    subject: 'control groups',
    text: isOld ? 'version 1 only' : texts[cgroupVerdict(version, 1)],
    sources: ['S1.19', 'S1.31', 'CL1.35 #134298 #134744'],
  };
}

const oldContainerd: Readonly<Record<string, string>> = {
  '2.0': 'containerd 1: version 2 does not speak the CRI v1alpha2 that this kubelet wants',
  '1.1': 'none that this program installs: no containerd from 1.1 on speaks the CRI v1alpha1 of this kubelet',
};

function containerd(version: KubernetesVersion): VersionStatement {
  const { oldest, below, advised } = containerdNeed(version);
  const range = oldest === undefined ? 'containerd 1 or 2' : `containerd ${oldest} or later`;
  const plan = `; kubeadm warns of those before ${advised ?? ''}, which kubelets are to refuse from ${runtimeConfigNeeded} on`;
  return {
    subject: 'container runtime',
    text:
      below === undefined
        ? range + (advised === undefined ? '' : plan)
        : (oldContainerd[below] ?? `containerd before ${below}`),
    sources: ['S1.9', 'S1.10', 'S1.22', 'S1.23', 'CL1.26', 'CL1.35 #134906', 'S1.37'],
  };
}

function packages(version: KubernetesVersion): VersionStatement {
  const official = isSince(version, '1.24')
    ? 'Kubernetes has packages of it too (pkgs.k8s.io)'
    : 'Kubernetes has had no packages of it since 2024-03-04: they begin with 1.24';
  return {
    subject: 'comes from',
    text: `a bundle (cluster.kubernetes.source.bundle); ${official}`,
    sources: ['kubernetes.io blog 2023-08-31'],
  };
}
