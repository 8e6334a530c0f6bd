// Which of kubeadm's own checks of a host run. They are left out by name, and only where they are known to be wrong.
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import type { ClusterSettings } from '../../kube/kubeadm/settings.ts';
import { has } from '../../kube/version-facts.ts';

/** What makes some of the checks wrong. */
export interface CheckedHost {
  readonly hasCrictl: boolean;
  /** `kubeadm init` was begun here, and goes on. */
  readonly hasRemains?: boolean;
}

export interface Preflight {
  /** `before`: as a command of its own, which the image pull ends that only crictl can do; the images are there. */
  readonly kind: 'within' | 'before' | 'none';
  /** `--ignore-preflight-errors=…`, or nothing. */
  readonly flags: readonly string[];
}

/**
 * What this program has looked at itself before any change, in words of its own: processors, of which one is few and
 * enough; the kernel and its control groups, of which kubeadm wants more than a kubelet needs, such as CPUSETS.
 */
const lookedAt = ['NumCPU', 'SystemVerification'];

/** Of a control plane: a disk of its own for etcd has a `lost+found`, which is data to kubeadm. */
const etcdData = 'DirAvailable--var-lib-etcd';

/** What an init that goes on finds of itself. */
const remains = [
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'].map(
    (name) => `FileAvailable--etc-kubernetes-manifests-${name}.yaml`,
  ),
  ...[6443, 10250, 10251, 10252, 10257, 10259, 2379, 2380].map((port) => `Port-${port}`),
];

/** @param pulls whether kubeadm pulls images in its preflight, as it does for a control plane */
export function preflightOf(
  cluster: ClusterSettings,
  { hasCrictl, hasRemains = false }: CheckedHost,
  pulls: 'init' | 'join' | 'none',
): Preflight {
  const { version } = cluster;
  const lacksCrictl = !hasCrictl && has(version, 'preflightWantsCrictl');
  const ours = [...(hasRemains ? remains : []), ...(lacksCrictl ? ['FileExisting-crictl'] : [])];
  const looked = pulls === 'none' ? lookedAt : [...lookedAt, etcdData];
  // Before kubeadm has phases its checks cannot be run apart, and are not all ignorable.
  if (ours.length > 0 && !has(version, 'skipPhases')) return { kind: 'none', flags: [] };
  const flags = ignoreFlags(cluster, [...looked, ...ours]);
  if (!lacksCrictl || pulls === 'none') return { kind: 'within', flags };
  const canRunApart = has(version, pulls === 'init' ? 'skipPhases' : 'skipJoinPhases');
  return canRunApart ? { kind: 'before', flags } : { kind: 'none', flags: [] };
}

/** Nothing for 1.8, which only knows all checks or none. kubeadm refuses `all` together with names. */
function ignoreFlags(
  { version, ignoredPreflightErrors = [] }: ClusterSettings,
  ours: readonly string[],
): readonly string[] {
  const all = ignoredPreflightErrors.filter((name) => name.toLowerCase() === 'all');
  const ignored = all.length > 0 ? all : [...new Set([...ignoredPreflightErrors, ...ours])];
  if (!has(version, 'ignorePreflightErrors')) return [];
  return [`--ignore-preflight-errors=${ignored.join(',')}`];
}

/** The checks as a command of their own, where they are one; `"$file"` is kubeadm's configuration. */
export function checksBefore({ kind, flags }: Preflight, verb: 'init' | 'join'): readonly Command[] {
  if (kind !== 'before') return [];
  return [sequence([checkHost, cmd`check_host kubeadm ${verb} phase preflight --config="$file" ${flags}`])];
}

/** kubeadm ends with 1 in either case; the checks have passed when it comes to the images. */
const checkHost = script(`
check_host() {
  said=$("$@" 2>&1 </dev/null) && return
  case $said in *'[preflight] Pulling images'*) return 0 ;; esac
  printf '%s\\n' "$said" >&2
  return 1
}
`);
