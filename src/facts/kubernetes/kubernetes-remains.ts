// What a node's life in a cluster leaves on a host: files, directories, containers, network.
import { cmd, script, type Command } from '../../core/command.ts';
import { kubernetesPaths, ownPaths } from '../../kube/paths.ts';
import {
  podBridge,
  podNetworkName,
  podNetworkPaths,
  podNetworkUnit,
  routeProtocol,
} from '../../kube/pod-network.ts';
import type { Fact } from '../fact.ts';

export interface KubernetesRemains {
  /** Files and directories of kubeadm and the kubelet that are there. */
  readonly kubernetesPaths: readonly string[];
  /** Containers of Kubernetes in containerd. */
  readonly containers: number;
  readonly hasPodBridge: boolean;
  /** Files of the built-in pod network that are there. */
  readonly podNetworkPaths: readonly string[];
  /** Whether routes of our protocol are there, or the unit that makes them is running. */
  readonly hasRoutes: boolean;
  /** Rules of our own in iptables' table nat, as `iptables -S` writes them, of either family. */
  readonly masqueradeRules: readonly { readonly command: string; readonly rule: string }[];
  /** root's kubeconfig when it is the cluster's administrator's, as a copy or a link. */
  readonly adminKubeconfigCopies: readonly string[];
}

const kubernetesFiles = [
  kubernetesPaths.adminKubeconfig,
  '/etc/kubernetes/super-admin.conf',
  kubernetesPaths.kubeletKubeconfig,
  kubernetesPaths.bootstrapKubeconfig,
  '/etc/kubernetes/controller-manager.conf',
  '/etc/kubernetes/scheduler.conf',
  '/etc/kubernetes/manifests',
  '/etc/kubernetes/pki',
  // Not /var/lib/etcd, which may be somebody else's.
  ownPaths.etcdToClear,
  ownPaths.cniConfigurations,
  `/var/lib/cni/networks/${podNetworkName}`,
  ownPaths.kubeadmConfiguration,
  ownPaths.initialised,
] as const;

const networkFiles = [
  podNetworkPaths.cni,
  podNetworkPaths.script,
  podNetworkPaths.watch,
  podNetworkPaths.unit,
] as const;

export const kubernetesRemains: Fact<KubernetesRemains> = {
  name: 'kubernetes.remains',
  scope: 'host',
  probe:
    () => cmd`unit=${podNetworkUnit} bridge=${podBridge} protocol=${routeProtocol} admin=${kubernetesPaths.adminKubeconfig}
for path in ${kubernetesFiles}; do [ ! -e "$path" ] || echo "kubernetes $path"; done
${checkDirectory(kubernetesPaths.kubeletData)}
for path in ${networkFiles}; do [ ! -e "$path" ] || echo "network $path"; done
${program}`,
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    const all = (pattern: RegExp) => [...stdout.matchAll(pattern)].map(([, first = '']) => first);
    return {
      kubernetesPaths: all(/^kubernetes (.+)$/gm),
      containers: all(/^container (.+)$/gm).length,
      hasPodBridge: /^bridge$/m.test(stdout),
      podNetworkPaths: all(/^network (.+)$/gm),
      hasRoutes: /^route /m.test(stdout),
      masqueradeRules: [...stdout.matchAll(/^rule (ip6?tables) -A (.+)$/gm)].map(
        ([, command = '', rule = '']) => ({ command, rule }),
      ),
      adminKubeconfigCopies: all(/^kubeconfig (.+)$/gm),
    };
  },
};

/** An empty one is none: it may be a mount point, which stays. */
export function checkDirectory(path: string): Command {
  return cmd`[ -z "$(ls -A ${`${path}/`} 2>/dev/null | grep -vx lost+found)" ] || echo ${`kubernetes ${path}`}`;
}

const program = script(`
[ ! -e "/sys/class/net/$bridge" ] || echo bridge
for family in -4 -6; do ip "$family" route show proto "$protocol" 2>/dev/null | sed 's/^/route /'; done
if command -v ctr >/dev/null && [ -S /run/containerd/containerd.sock ]; then
  ctr --namespace k8s.io containers ls -q 2>/dev/null | sed 's/^/container /'
fi
for tables in iptables ip6tables; do
  ! command -v "$tables" >/dev/null || "$tables" -w -t nat -S POSTROUTING 2>/dev/null |
    sed -n "/--comment \\"\\{0,1\\}ipvs-bootstrap-pods/s/^/rule $tables /p"
done
config=$HOME/.kube/config
if [ -e "$config" ] && [ -e "$admin" ] && cmp -s "$config" "$admin"; then echo "kubeconfig $config"
elif [ -L "$config" ] && [ "$(readlink "$config")" = "$admin" ]; then echo "kubeconfig $config"; fi
echo checked
`);
