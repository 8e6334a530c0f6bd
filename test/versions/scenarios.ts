// The clusters whose documents are kept as goldens, and shown to the programs that read them.
import { initConfigurationText, joinConfigurationText } from '../../src/kube/kubeadm/documents.ts';
import { kubeProxyDocument, kubeProxyFlags } from '../../src/kube/kubeadm/kube-proxy-configuration.ts';
import { kubeletUnitFlags } from '../../src/kube/kubeadm/kubelet-configuration.ts';
import type { ClusterSettings, NodeSettings } from '../../src/kube/kubeadm/settings.ts';
import { publicRepository } from '../../src/kube/release.ts';
import { has } from '../../src/kube/version-facts.ts';
import { parseVersion, type KubernetesVersion } from '../../src/kube/version.ts';
import { toYaml } from '../../src/render/yaml.ts';

export type ScenarioName = 'single' | 'ipvs-fields' | 'ha' | 'dual-stack';

export interface Scenario {
  readonly name: ScenarioName;
  readonly version: KubernetesVersion;
  readonly settings: ClusterSettings;
  /** kubeadm's, and the kubelet's and kube-proxy's where they are a part of it. */
  readonly init: string;
  readonly joinWorker: string;
  readonly joinControlPlane?: string;
  /** Undefined where kube-proxy reads no document: 1.8. */
  readonly kubeProxy?: Readonly<Record<string, unknown>>;
  /** Undefined where kube-proxy reads a document. */
  readonly kubeProxyFlags?: readonly string[];
  /** What the worker's unit must tell the kubelet; empty where kubeadm does. */
  readonly kubeletFlags: readonly string[];
}

const secrets = {
  token: 'abcdef.0123456789abcdef',
  certificateKey: 'c0ffee'.padEnd(64, '0'),
  caCertHash: `sha256:${'5ca1ab1e'.repeat(8)}`,
};

/** All that a version has, the smallest first. */
export function scenariosOf(text: string): readonly Scenario[] {
  const version = parseVersion(text);
  return [
    scenario('single', cluster(version)),
    scenario('ipvs-fields', withIpvsFields(cluster(version))),
    ...(has(version, 'certificateKey') ? [scenario('ha', highlyAvailable(cluster(version)))] : []),
    ...(has(version, 'dualStack') ? [scenario('dual-stack', dualStack(cluster(version)))] : []),
  ];
}

function cluster(version: KubernetesVersion): ClusterSettings {
  const networks = { podCIDRs: ['10.244.0.0/16'], serviceCIDRs: ['10.96.0.0/12'] };
  return {
    version,
    name: 'lab',
    endpoint: '100.67.151.2:6443',
    hasSeveralControlPlanes: false,
    ...networks,
    certSANs: ['100.67.151.2'],
    imageRepository: 'registry.example/k8s',
    hasClusterDns: true,
    criSocketPath: '/run/containerd/containerd.sock',
    kubeProxy: { version, scheduler: 'rr', strictARP: false, excludeCIDRs: [], podCIDRs: networks.podCIDRs },
  };
}

/** kubeadm's document for a cluster whose images come from the public registry. */
export function publicInit(text: string): string {
  const settings = { ...cluster(parseVersion(text)), imageRepository: publicRepository };
  return scenario('single', settings).init;
}

/** Each field with a value that is not kube-proxy's own. */
function withIpvsFields(single: ClusterSettings): ClusterSettings {
  return {
    ...single,
    kubeProxy: {
      ...single.kubeProxy,
      scheduler: 'lc',
      strictARP: true,
      excludeCIDRs: ['192.0.2.0/24', '198.51.100.7/32'],
      timeouts: { tcp: 7200, tcpFin: 120, udp: 300 },
    },
  };
}

function highlyAvailable(single: ClusterSettings): ClusterSettings {
  return {
    ...single,
    endpoint: '100.67.151.8:6443',
    hasSeveralControlPlanes: true,
    certSANs: ['100.67.151.2', '100.67.151.4', '100.67.151.5'],
    hasClusterDns: false,
    kubeProxy: { ...single.kubeProxy, excludeCIDRs: ['100.67.151.8/32'] },
    etcd: { heartbeatInterval: 250, electionTimeout: 2500 },
    leaderElection: { leaseDuration: 60, renewDeadline: 40, retryPeriod: 8 },
  };
}

function dualStack(single: ClusterSettings): ClusterSettings {
  const podCIDRs = ['10.244.0.0/16', 'fd00:244::/56'];
  return {
    ...single,
    podCIDRs,
    serviceCIDRs: ['10.96.0.0/16', 'fd00:96::/112'],
    certSANs: ['100.67.151.2', 'fd00:67::2'],
    kubeProxy: { ...single.kubeProxy, podCIDRs },
  };
}

function scenario(name: ScenarioName, settings: ClusterSettings): Scenario {
  const { version } = settings;
  const isDual = settings.podCIDRs.length > 1;
  const [master, other, worker] = [
    node('master1', 2, isDual),
    node('master2', 4, isDual),
    node('worker1', 6, isDual),
  ];
  const { token, certificateKey, caCertHash } = secrets;
  const isHa = settings.hasSeveralControlPlanes;
  const join = { cluster: settings, token, caCertHash };
  return {
    name,
    version,
    settings,
    init: initConfigurationText({ cluster: settings, node: master, token, ...(isHa && { certificateKey }) }),
    joinWorker: joinConfigurationText({ ...join, node: { ...worker, isWorker: true } }),
    ...(isHa && {
      joinControlPlane: joinConfigurationText({
        ...join,
        node: { ...other, isWorker: true },
        controlPlane: { certificateKey },
      }),
    }),
    ...(has(version, 'kubeProxyFlagsOnly')
      ? { kubeProxyFlags: kubeProxyFlags(settings.kubeProxy) }
      : { kubeProxy: kubeProxyDocument(settings.kubeProxy) }),
    kubeletFlags: kubeletUnitFlags(settings, worker),
  };
}

function node(name: string, number: number, isDual: boolean): NodeSettings {
  const address = `100.67.151.${number}`;
  return { name, address, addresses: isDual ? [address, `fd00:67::${number}`] : [address], isWorker: false };
}

/** All documents of a version as one readable stream. */
export function goldenText(version: string): string {
  return scenariosOf(version).map(scenarioText).join('');
}

function scenarioText(shown: Scenario): string {
  const parts: readonly (readonly [title: string, text: string | undefined])[] = [
    ['kubeadm init', shown.init],
    ['kubeadm join, a worker', shown.joinWorker],
    ['kubeadm join, a control plane', shown.joinControlPlane],
    ["kube-proxy's flags", shown.kubeProxyFlags && toYaml(shown.kubeProxyFlags)],
    ["the worker's kubelet flags", shown.kubeletFlags.length === 0 ? undefined : toYaml(shown.kubeletFlags)],
  ];
  return parts
    .filter(([, text]) => text !== undefined)
    .map(([title, text]) => `# ${shown.name}: ${title}\n---\n${String(text).replace(/^---\n/, '')}`)
    .join('');
}
