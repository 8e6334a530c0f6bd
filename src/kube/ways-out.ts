// What to do about an end that a version has come to or is coming to: settings and commands.
import { supportedReleases } from './releases.ts';
import { has } from './version-facts.ts';
import type { VersionOverview } from './version-overview.ts';
import type { KubernetesVersion } from './version.ts';

export interface WayOut {
  readonly goal: string;
  /** Lines of a shell or of an inventory, with comments. */
  readonly lines: readonly string[];
}

/** @param today as YYYY-MM-DD */
export function waysOut(
  version: KubernetesVersion,
  { isSupported }: VersionOverview,
  today: string,
): readonly WayOut[] {
  return [
    ...(isSupported ? [] : freshCluster(today)),
    ...(has(version, 'ipvsDeprecated') ? leaveIpvs : []),
    ...(has(version, 'externalIPsDeprecated') ? leaveExternalIPs : []),
  ];
}

/** This program does not upgrade a cluster. */
function freshCluster(today: string): readonly WayOut[] {
  const [newest] = supportedReleases(today);
  if (newest === undefined) return [];
  return [
    {
      goal: `Get fixes again, with a new cluster of Kubernetes ${newest.minor}`,
      lines: [
        'ipvs-bootstrap reset INVENTORY',
        `# in the inventory: cluster.kubernetes.version: v${newest.minor}.N, and a bundle of it`,
        'ipvs-bootstrap up INVENTORY',
      ],
    },
  ];
}

const configure = 'kubectl --namespace kube-system edit configmap kube-proxy';
const restart = 'kubectl --namespace kube-system rollout restart daemonset kube-proxy';

const leaveIpvs: readonly WayOut[] = [
  {
    goal: 'Keep IPVS mode from 1.40 to 1.42, where it is planned to be off (this program does not know these yet)',
    lines: [`${configure}   # featureGates: { KubeProxyIPVS: true }`, restart],
  },
  {
    goal: 'Leave IPVS for the nftables mode, on nodes with Linux 5.13 or later; kube-proxy then removes its IPVS rules itself',
    lines: [
      '# external IPs first, as kube-ipvs0 goes: externalIPs.bind: interface in the inventory, then',
      'ipvs-bootstrap bind INVENTORY',
      `${configure}   # mode: nftables`,
      restart,
      '# no up or verify on this cluster after that: they are for IPVS mode',
    ],
  },
];

const leaveExternalIPs: readonly WayOut[] = [
  {
    goal: 'Keep external IPs from 1.40 on, where they are planned to be off',
    lines: [`${configure}   # featureGates: { AllowServiceExternalIPs: true }`, restart],
  },
  {
    goal: 'Do without spec.externalIPs',
    lines: [
      '# a Service of type LoadBalancer, whose address a controller of yours assigns: IPVS serves it in the same way',
    ],
  },
];
