// What a cluster asks of its Kubernetes version, held against the table: reasons to stop, and things worth saying.
import { has, isSupported, knownSchedulers, supportedMinors } from './version-facts.ts';
import { formatVersion, minorOf, type KubernetesVersion } from './version.ts';

export interface VersionRequest {
  readonly version: KubernetesVersion;
  readonly scheduler: string;
  readonly strictARP: boolean;
  readonly controlPlanes: number;
  /** Whether control planes run workloads too. */
  readonly hasMixedNodes: boolean;
  readonly hasClusterDns: boolean;
  readonly usesExternalIPs: boolean;
}

export interface VersionReview {
  readonly problems: readonly { readonly message: string; readonly hint: string }[];
  readonly warnings: readonly string[];
}

/**
 * Looks at all rules; what is refused outright makes the others pointless. Deprecations are no part of it: the inventory's
 * own rules tell them, with their lines, before anything is connected.
 */
export function reviewVersion(request: VersionRequest): VersionReview {
  const refusal = refuse(request.version);
  if (refusal !== undefined) return { problems: [refusal], warnings: [] };
  return { problems: problems(request), warnings: warnings(request) };
}

function refuse(version: KubernetesVersion) {
  const name = formatVersion(version);
  const { oldest, newest } = supportedMinors;
  const choice = `Set cluster.kubernetes.version to one from v${oldest} to v${newest}`;
  const successor = `${choice}; "ipvs-bootstrap versions ${newest}" tells the ways out of IPVS mode.`;
  if (has(version, 'ipvsRemoved')) {
    return { message: `kube-proxy ${name} has no IPVS mode any more`, hint: successor };
  }
  if (has(version, 'ipvsOffByDefault')) {
    const message = `kube-proxy ${name} refuses IPVS mode unless the feature gate KubeProxyIPVS is on`;
    return { message, hint: successor };
  }
  if (isSupported(version)) return undefined;
  return {
    message: `Kubernetes ${name} is not a version that this program knows`,
    hint: `${choice}; "ipvs-bootstrap versions" lists them.`,
  };
}

function problems({ version, ...wanted }: VersionRequest): VersionReview['problems'] {
  const name = formatVersion(version);
  const found: { message: string; hint: string }[] = [];
  if (has(version, 'validatesScheduler') && !knownSchedulers.some((known) => known === wanted.scheduler)) {
    found.push({
      message: `kube-proxy ${name} does not take the scheduler ${wanted.scheduler}`,
      hint: `It knows ${knownSchedulers.join(', ')}; others work from 1.27.`,
    });
  }
  if (wanted.strictARP && !has(version, 'strictARP') && !has(version, 'alwaysStrictARP')) {
    found.push({
      message: `kube-proxy ${name} has no strictARP`,
      hint: 'It came with 1.13.6, 1.14.2 and 1.15.0.',
    });
  }
  if (wanted.controlPlanes > 1 && !has(version, 'certificateKey')) {
    found.push({
      message: `kubeadm ${name} cannot hand the certificates to further control planes`,
      hint: 'Several control planes need Kubernetes 1.15 or later.',
    });
  }
  return found;
}

function warnings({ version, ...wanted }: VersionRequest): readonly string[] {
  const rules: readonly (readonly [applies: boolean, warning: string])[] = [
    [
      has(version, 'alwaysStrictARP') && wanted.usesExternalIPs,
      `kube-proxy ${formatVersion(version)} always answers ARP strictly, so nobody answers for external IPs on kube-ipvs0; 1.13.6 and 1.14.2 mend that`,
    ],
    [
      has(version, 'nodePortsOnEthOnly'),
      `kube-proxy ${minorOf(version)} serves node ports only on interfaces whose names begin with "eth"`,
    ],
    [
      !has(version, 'skipPhases') && !wanted.hasClusterDns,
      `kubeadm ${minorOf(version)} cannot leave out the cluster DNS; its pods will wait for an image that the bundle does not have`,
    ],
    [
      !has(version, 'kubeletConfiguration') && wanted.hasMixedNodes,
      `kubeadm ${minorOf(version)} taints every control plane; remove the taint by hand where workloads shall run`,
    ],
  ];
  return rules.flatMap(([applies, warning]) => (applies ? [warning] : []));
}
