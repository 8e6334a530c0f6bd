// What differs between Kubernetes versions: the one table. The names after "–" are the sources each fact was read in:
// S1.x a source tree, CL1.x a changelog, KP the kube-proxy configuration types, #n a change in kubernetes/kubernetes.
import { isSince, type KubernetesVersion } from './version.ts';

/** From a version on, and (where it ends) up to but not including another. */
interface Span {
  readonly from?: string;
  readonly until?: string;
}

/** The versions that this program knows: the first with IPVS mode (CL1.8) to the newest whose facts were read. */
export const supportedMinors = { oldest: '1.8', newest: '1.37' } as const;

export type KubeadmApi = 'v1alpha1' | 'v1alpha2' | 'v1alpha3' | 'v1beta1' | 'v1beta2' | 'v1beta3' | 'v1beta4';

/** The configuration API that each kubeadm reads without complaint, newest first. */
const kubeadmApis: readonly (readonly [from: string, api: KubeadmApi])[] = [
  ['1.31', 'v1beta4'], // – #125029
  ['1.22', 'v1beta3'], // – CL1.22 #101129
  ['1.15', 'v1beta2'], // – CL1.15 #75179
  ['1.13', 'v1beta1'], // – CL1.13 #69055
  ['1.12', 'v1alpha3'], // – S1.12, #65628
  ['1.11', 'v1alpha2'], // – CL1.11 #63788
  ['1.8', 'v1alpha1'], // – S1.8, S1.10
];

const features = {
  /** kube-proxy runs on flags alone; kubeadm cannot configure it. – S1.8 */
  kubeProxyFlagsOnly: [{ until: '1.9' }],
  /** kube-proxy's configuration is a document of its own; before, a part of MasterConfiguration. – CL1.12 */
  kubeProxyDocument: [{ from: '1.12' }],
  /** IPVS mode wants the gate SupportIPVSProxyMode; on by default from 1.10, refused from 1.20. – CL1.10 #60540, S1.20 */
  ipvsGate: [{ until: '1.10' }],
  /** Feature gates of kube-proxy as a text "Gate=true"; a map from 1.10. – #57962 */
  featureGatesText: [{ until: '1.10' }],
  /** kube-proxy binds external and load-balancer addresses to kube-ipvs0. – #63066 */
  bindsExternalIPs: [{ from: '1.11' }],
  /** … except where another interface of the node has the address. – #115019, #117684 */
  leavesForeignAddresses: [{ from: '1.27.2' }],
  /** ipvs.excludeCIDRs. – #62083 */
  excludeCIDRs: [{ from: '1.11' }],
  /** ipvs.strictARP. – KP, #75295 */
  strictARP: [{ from: '1.13.6', until: '1.14' }, { from: '1.14.2' }],
  /** Strict ARP without a way to turn it off. – #72779, #75295 */
  alwaysStrictARP: [
    { from: '1.13', until: '1.13.6' },
    { from: '1.14', until: '1.14.2' },
  ],
  /**
   * The public registry has CoreDNS' image in a repository of its own, and kubeadm knows that only of the registry that it
   * takes by default, k8s.gcr.io. – app/images/images.go and constants.go, S1.21 to S1.25
   */
  dnsImageInRepository: [{ from: '1.21', until: '1.25' }],
  /** ipvs.tcpTimeout, tcpFinTimeout, udpTimeout. – KP, #85517 */
  ipvsTimeouts: [{ from: '1.18' }],
  /** Only these schedulers pass validation; before and after the kernel decides. – S1.10, S1.26, CL1.27 #114878 */
  validatesScheduler: [{ from: '1.9', until: '1.27' }],
  /** kube-proxy warns that IPVS mode is deprecated. – #134539 */
  ipvsDeprecated: [{ from: '1.35' }],
  /** The gate KubeProxyIPVS is known, and on. – #139397 */
  ipvsOptOutGate: [{ from: '1.37' }],
  /** The gate is off: kube-proxy refuses IPVS mode. Planned. – KEP-5495 stage 3 */
  ipvsOffByDefault: [{ from: '1.40' }],
  /** IPVS mode is gone. Planned. – KEP-5495 stage 4 */
  ipvsRemoved: [{ from: '1.43' }],
  /** The API warns of Service.spec.externalIPs. – KEP-5707 */
  externalIPsDeprecated: [{ from: '1.36' }],
  /** kube-proxy reads EndpointSlices. – CL1.19 */
  endpointSlices: [{ from: '1.19' }],
  /** `kubectl apply --server-side`, which keeps no copy in an annotation, is stable. – CL1.22 */
  serverSideApply: [{ from: '1.22' }],
  /** kubeadm configures the kubelet: KubeletConfiguration and nodeRegistration. – S1.11 */
  kubeletConfiguration: [{ from: '1.11' }],
  /**
   * The kubelet bounds the swap of pods (NodeSwap is on by default), and knows both NoSwap and LimitedSwap. The gate came
   * with 1.22, off; before 1.30 there is UnlimitedSwap in the place of NoSwap. – pkg/features/kube_features.go and
   * pkg/kubelet/types/constants.go, S1.22, S1.28, S1.30, S1.34, S1.37
   */
  nodeSwap: [{ from: '1.30' }],
  /** kubeadm's configuration names the CRI socket. – #59057, #59292 */
  criSocketField: [{ from: '1.10' }],
  /** CRI sockets are URLs; before, paths. – S1.20, S1.28 */
  criSocketUrl: [{ from: '1.24' }],
  /** One address in front of several API servers. – S1.10 */
  controlPlaneEndpoint: [{ from: '1.10' }],
  /** Certificates for joining control planes travel through the API, keyed in the configuration. – CL1.15 #78452 */
  certificateKey: [{ from: '1.15' }],
  /** kubeadm init --skip-phases. – S1.13 */
  skipPhases: [{ from: '1.13' }],
  /** etcd's pod asks for storage, which a kubelet that starts may not know of yet. – #94479, #102673 */
  etcdAsksForStorage: [{ from: '1.20', until: '1.22' }],
  /** kubeadm join has phases too. – CL1.14 */
  skipJoinPhases: [{ from: '1.14' }],
  /** kubeadm reset --skip-phases. – #78081 */
  skipResetPhases: [{ from: '1.16' }],
  /** kubeadm reset empties /etc/cni/net.d, whoever has put something there. – S1.8, S1.13, S1.15, S1.16, S1.17 */
  resetEmptiesCniDirectory: [{ until: '1.17' }],
  /** kubeadm --ignore-preflight-errors; before, --skip-preflight-checks. – CL1.9 #56130 */
  ignorePreflightErrors: [{ from: '1.9' }],
  /** kubeadm starts the kubelet in its preflight, and not where that is skipped. – S1.8, S1.9, S1.10, S1.11 */
  startsKubeletInPreflight: [{ until: '1.11' }],
  /** kubeadm's preflight wants crictl, and pulls images by it. – preflight/checks.go of 1.12 to 1.31 */
  preflightWantsCrictl: [{ until: '1.31' }],
  /** kubeadm's preflight looks for the ipset program on the host, and stops without. – S1.15, CL1.16 #81791 */
  preflightWantsIpset: [{ from: '1.15', until: '1.16' }],
  /** Without the kernel modules kube-proxy falls back to iptables without an error. – CL1.26 #111806 */
  silentFallback: [{ until: '1.26' }],
  /** Node ports are served on interfaces called eth… only. – #56685 */
  nodePortsOnEthOnly: [{ until: '1.10' }],
  /** node-role.kubernetes.io/master as a label. – CL1.24 */
  masterLabel: [{ until: '1.24' }],
  /** node-role.kubernetes.io/control-plane as a label. – CL1.20 */
  controlPlaneLabel: [{ from: '1.20' }],
  /** node-role.kubernetes.io/master as a taint. – CL1.25 #110095 */
  masterTaint: [{ until: '1.25' }],
  /** node-role.kubernetes.io/control-plane as a taint. – CL1.24 */
  controlPlaneTaint: [{ from: '1.24' }],
  /** IPVS mode balances IPv6: its sets are of the right family. – #68436 */
  ipvsIPv6: [{ from: '1.13' }],
  /** … and node ports of IPv6 too. – #71035 */
  ipvsIPv6NodePorts: [{ from: '1.14' }],
  /** Pods and Services of both IP families. kubeadm 1.16 takes a pair for pods alone. – S1.16, S1.17 */
  dualStack: [{ from: '1.17' }],
  /** … behind the gate IPv6DualStack, which kubeadm hands on to all components. – S1.17, S1.20, S1.21 */
  dualStackGate: [{ from: '1.17', until: '1.21' }],
  /** The kubelet's --node-ip takes an address of each family. – S1.20 */
  dualStackNodeIP: [{ from: '1.20' }],
  /** One Service can have both families: spec.ipFamilies and ipFamilyPolicy; before, spec.ipFamily. – S1.19, S1.20 */
  ipFamilyPolicy: [{ from: '1.20' }],
  /** Deployments are apps/v1; before, apps/v1beta2. – CL1.9 */
  deploymentsV1: [{ from: '1.9' }],
} satisfies Record<string, readonly Span[]>;

export type VersionFeature = keyof typeof features;

/** Schedulers that kube-proxy knows by name, in the order of its own list. – S1.10, S1.26 */
export const knownSchedulers = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'dh', 'sed', 'nq'] as const;

/** Whether a fact of the table holds for a version. */
export function has(version: KubernetesVersion, feature: VersionFeature): boolean {
  const spans: readonly Span[] = features[feature];
  return spans.some(
    ({ from, until }) =>
      (from === undefined || isSince(version, from)) && (until === undefined || !isSince(version, until)),
  );
}

/** Whether this program knows what the version wants. */
export function isSupported(version: KubernetesVersion): boolean {
  const [major, minor] = supportedMinors.newest.split('.').map(Number);
  const isTooNew = version.major !== major || version.minor > (minor ?? 0);
  return isSince(version, supportedMinors.oldest) && !isTooNew;
}

/** The configuration API to write for a version's kubeadm; the oldest known one for what is older still. */
export function kubeadmApi(version: KubernetesVersion): KubeadmApi {
  return kubeadmApis.find(([from]) => isSince(version, from))?.[1] ?? 'v1alpha1';
}

/** How a version's components want the CRI socket: `path` is absolute. */
export function criSocket(version: KubernetesVersion, path: string): string {
  return has(version, 'criSocketUrl') ? `unix://${path}` : path;
}

export interface ContainerdNeed {
  /** The oldest with which the kubelet can talk: from 1.26 it wants CRI v1. – CL1.26 */
  readonly oldest?: string;
  /**
   * The first that the kubelet cannot talk to. containerd 2 has CRI v1 only, which came with 1.23; containerd 1.1, the first
   * with a CRI of its own, has v1alpha2 as the oldest, which came with 1.10. – S1.9, S1.10, S1.22, S1.23
   */
  readonly below?: string;
  /** The Kubernetes from which kubelets can. */
  readonly until?: string;
  /** Older ones do not tell the kubelet how they make control groups, which kubeadm warns of. – CL1.35 #134906 */
  readonly advised?: string;
}

const containerdNeeds: readonly (readonly [from: string, need: ContainerdNeed])[] = [
  ['1.35', { oldest: '1.6', advised: '2.0' }],
  ['1.26', { oldest: '1.6' }],
  ['1.23', {}],
  ['1.10', { below: '2.0', until: '1.23' }],
  ['1.8', { below: '1.1', until: '1.10' }],
];

/** The containerd that a version's kubelet works with. */
export function containerdNeed(version: KubernetesVersion): ContainerdNeed {
  return newestOf(containerdNeeds, version) ?? {};
}

/** The first row whose version has come; rows are newest first. */
export function newestOf<T>(
  rows: readonly (readonly [string, T])[],
  version: KubernetesVersion,
): T | undefined {
  return rows.find(([from]) => isSince(version, from))?.[1];
}
