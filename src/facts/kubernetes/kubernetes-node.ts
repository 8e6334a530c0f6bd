// How far a host has come as a Kubernetes node, by the files that kubeadm and this program leave.
import { cmd, script, type Command } from '../../core/command.ts';
import { kubernetesPaths, ownPaths } from '../../kube/paths.ts';
import type { Fact } from '../fact.ts';

export interface KubernetesNode {
  /** The kubelet has a certificate of the cluster. */
  readonly hasKubeletKubeconfig: boolean;
  /** A join has begun; it is gone again when the join is through. */
  readonly hasBootstrapKubeconfig: boolean;
  readonly hasAdminKubeconfig: boolean;
  /** The API server's static pod. */
  readonly hasApiServerManifest: boolean;
  /** This program has begun `kubeadm init`. */
  readonly hasBegunInit: boolean;
  /** `kubeadm init` came to its end. */
  readonly hasFinishedInit: boolean;
  /** A reset of ours was interrupted: what is there is not to be built on. */
  readonly hasUnfinishedReset: boolean;
  /** Pods that came from an API server have run here since the last reset, kube-proxy's before all others. */
  readonly hasRunPods: boolean;
  /** kubeadm's preflight checks want crictl. */
  readonly hasCrictl: boolean;
  /** The cluster CA in PEM; `null` when there is none. */
  readonly caCertificate: string | null;
}

const files = {
  hasKubeletKubeconfig: kubernetesPaths.kubeletKubeconfig,
  hasBootstrapKubeconfig: kubernetesPaths.bootstrapKubeconfig,
  hasAdminKubeconfig: kubernetesPaths.adminKubeconfig,
  hasApiServerManifest: kubernetesPaths.apiServerManifest,
  hasBegunInit: ownPaths.kubeadmConfiguration,
  hasFinishedInit: ownPaths.initialised,
  hasUnfinishedReset: ownPaths.etcdToClear,
} as const;

export const kubernetesNode: Fact<KubernetesNode> = {
  name: 'kubernetes.node',
  scope: 'host',
  // Builtins only, and one `cat` where there is a cluster.
  probe: () => {
    const checks = Object.entries(files).map(([key, path]) => cmd`check ${key} ${path}`);
    return lines([functions, ...checks, checkPods(kubernetesPaths.kubeletData), lastChecks]);
  },
  parse({ stdout }) {
    const present = new Set([...stdout.matchAll(/^yes (\S+)$/gm)].flatMap((match) => match[1] ?? []));
    if (!/^checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    const certificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(stdout);
    const has = (key: keyof KubernetesNode) => present.has(key);
    return {
      hasKubeletKubeconfig: has('hasKubeletKubeconfig'),
      hasBootstrapKubeconfig: has('hasBootstrapKubeconfig'),
      hasAdminKubeconfig: has('hasAdminKubeconfig'),
      hasApiServerManifest: has('hasApiServerManifest'),
      hasBegunInit: has('hasBegunInit'),
      hasFinishedInit: has('hasFinishedInit'),
      hasUnfinishedReset: has('hasUnfinishedReset'),
      hasRunPods: has('hasRunPods'),
      hasCrictl: has('hasCrictl'),
      caCertificate: certificate === null ? null : `${certificate[0]}\n`,
    };
  },
};

const functions = script('check() { if [ -e "$2" ]; then echo "yes $1"; fi; }');

/** Static pods, all that an unfinished `kubeadm init` has, have no volumes with objects of the API. */
export function checkPods(kubelet: string): Command {
  return cmd`for kind in configmap projected secret; do
  for volume in ${kubelet}/pods/*/volumes/kubernetes.io~$kind/*; do
    if [ -e "$volume" ]; then echo "yes hasRunPods"; break; fi
  done
done`;
}

const lastChecks = cmd`if command -v crictl >/dev/null 2>&1; then echo "yes hasCrictl"; fi
if [ -f ${kubernetesPaths.caCertificate} ]; then cat ${kubernetesPaths.caCertificate}; fi
echo checked`;

function lines(commands: readonly Command[]): Command {
  return commands.reduce((all, command) => cmd`${all}\n${command}`);
}
