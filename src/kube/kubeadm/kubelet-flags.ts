// Flags of the kubelet that an earlier installation may have left, judged for a node that kubeadm makes.
import { kubernetesPaths } from '../paths.ts';
import { formatVersion, isSince, type KubernetesVersion } from '../version.ts';

export interface KubeletPlace {
  readonly version: KubernetesVersion;
  readonly node: string;
  readonly addresses: readonly string[];
}

/** The version from which on a kubelet with the flag does not start. – cmd/kubelet/app/options of 1.8 to 1.37 */
const goneFrom: Readonly<Record<string, string>> = {
  'require-kubeconfig': '1.12',
  'cadvisor-port': '1.12',
  'allow-privileged': '1.15',
  'host-ipc-sources': '1.15',
  'host-network-sources': '1.15',
  'host-pid-sources': '1.15',
  containerized: '1.16',
  'redirect-container-streaming': '1.20',
  'experimental-bootstrap-kubeconfig': '1.23',
  'seccomp-profile-root': '1.23',
  'cni-bin-dir': '1.24',
  'cni-cache-dir': '1.24',
  'cni-conf-dir': '1.24',
  'docker-endpoint': '1.24',
  'dynamic-config-dir': '1.24',
  'image-pull-progress-deadline': '1.24',
  'network-plugin': '1.24',
  'network-plugin-mtu': '1.24',
  'non-masquerade-cidr': '1.24',
  'container-runtime': '1.27',
  'iptables-drop-bit': '1.31',
  'iptables-masquerade-bit': '1.31',
  'keep-terminated-pod-volumes': '1.31',
  'cloud-config': '1.34',
  'register-schedulable': '1.34',
  'pod-infra-container-image': '1.35',
};

/** What the flags decide that kubeadm and this program decide, and what they may say. */
function decided({ node, addresses }: KubeletPlace): Readonly<Record<string, readonly string[]>> {
  return {
    config: [`${kubernetesPaths.kubeletData}/config.yaml`],
    kubeconfig: [kubernetesPaths.kubeletKubeconfig],
    'bootstrap-kubeconfig': [kubernetesPaths.bootstrapKubeconfig],
    'root-dir': [kubernetesPaths.kubeletData],
    'pod-manifest-path': ['/etc/kubernetes/manifests'],
    'cgroup-driver': ['systemd'],
    'hostname-override': [node],
    'node-ip': [...addresses, addresses.join(',')],
    'container-runtime': ['remote'],
    'container-runtime-endpoint': [
      'unix:///run/containerd/containerd.sock',
      'unix:///var/run/containerd/containerd.sock',
      '/run/containerd/containerd.sock',
    ],
  };
}

/** A flag of a command line. */
export interface KubeletFlag {
  readonly name: string;
  readonly value: string;
}

/** All flags in a text such as `KUBELET_EXTRA_ARGS="--a=1 --b 2"`. */
export function kubeletFlags(text: string): readonly KubeletFlag[] {
  return [...text.matchAll(/(?:^|[\s"'=])--([a-z][a-z0-9-]*)(?:=|\s+(?!-)|)(?:"([^"]*)"|([^\s"']*))/g)].map(
    ([, name = '', quoted, plain = '']) => ({ name, value: quoted ?? plain }),
  );
}

/** Why a kubelet with this flag does not become the node; undefined where it does no harm. */
export function flagObjection({ name, value }: KubeletFlag, place: KubeletPlace): string | undefined {
  const since = goneFrom[name];
  if (since !== undefined && isSince(place.version, since)) {
    return `--${name}, with which the kubelet of ${formatVersion(place.version)} does not start`;
  }
  const allowed = decided(place)[name];
  if (allowed === undefined || allowed.includes(value)) return undefined;
  // A specifier or a variable, of which only systemd knows what it becomes.
  if (/[%$]/.test(value)) return undefined;
  return `--${name}=${value}, where the cluster has ${allowed[0] ?? ''}`;
}
