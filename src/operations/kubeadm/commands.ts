// The command lines of kubeadm. What it reads arrives on standard input and is gone when it has ended.
import { dirname } from 'node:path/posix';
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import { cniResultsDirectory, forEachResult } from '../../kube/cni-results.ts';
import type { ClusterSettings } from '../../kube/kubeadm/settings.ts';
import { kubernetesPaths, ownPaths } from '../../kube/paths.ts';
import { podBridge, podNetworkName, podNetworkPaths } from '../../kube/pod-network.ts';
import { criSocket, has, kubeadmApi } from '../../kube/version-facts.ts';
import type { KubernetesVersion } from '../../kube/version.ts';
import { joinInParts } from './join-in-parts.ts';
import { checksBefore, preflightOf, type CheckedHost, type Preflight } from './preflight.ts';
import {
  clearEtcd,
  clearKubelet,
  deletePodNamespaces,
  endShims,
  keepConfigurations,
  noteEtcd,
  notePodNamespaces,
  restoreConfigurations,
} from './reset-parts.ts';

/** kubeadm gives its own steps 10 minutes each. */
export const kubeadmTimeoutMs = 30 * 60_000;

/** Initialises the first control plane from the documents on stdin, and notes that it came to its end. */
export function kubeadmInit(cluster: ClusterSettings, host: CheckedHost): Command {
  const preflight = preflightOf(cluster, host, 'init');
  const isWithin = preflight.kind === 'within';
  const skipped = [
    ...(isWithin ? [] : ['preflight']),
    // From v1beta4 the document says so, which upgrades respect.
    ...(cluster.hasClusterDns || kubeadmApi(cluster.version) === 'v1beta4' ? [] : ['addon/coredns']),
  ];
  const flags = [
    ...skipFlags(cluster.version, 'skipPhases', skipped),
    ...(cluster.hasSeveralControlPlanes ? ['--upload-certs'] : []),
    ...(isWithin ? preflight.flags : []),
  ];
  const init = sequence([...checksBefore(preflight, 'init'), cmd`kubeadm init --config="$file" ${flags}`]);
  const run = withKubelet(cluster.version, isWithin, init);
  const mark = ownPaths.initialised;
  return cmd`${run} &&\nmkdir -p ${dirname(mark)} && : >${mark}`;
}

/** Joins the host as a further control plane, as the document on stdin says. */
export function kubeadmJoinControlPlane(cluster: ClusterSettings, node: string, host: CheckedHost): Command {
  const preflight = preflightOf(cluster, host, 'join');
  if (!has(cluster.version, 'etcdAsksForStorage')) return joinCommand(cluster.version, preflight);
  return withConfiguration(joinInParts(node, preflight));
}

/** What of a control plane's join comes after its etcd has become a member. */
export const kubeadmJoinEnd = withConfiguration(
  script(
    'kubeadm join --config="$file" --skip-phases=preflight,control-plane-prepare,kubelet-start,control-plane-join/etcd',
  ),
);

/** Joins the host to the cluster as the document on stdin says. */
export function kubeadmJoin(cluster: ClusterSettings, host: CheckedHost): Command {
  return joinCommand(cluster.version, preflightOf(cluster, host, 'none'));
}

function joinCommand(version: KubernetesVersion, preflight: Preflight): Command {
  const isWithin = preflight.kind === 'within';
  const flags = isWithin ? preflight.flags : skipFlags(version, 'skipJoinPhases', ['preflight']);
  const join = [...checksBefore(preflight, 'join'), cmd`kubeadm join --config="$file" ${flags}`];
  return withKubelet(version, isWithin, sequence(join));
}

/** Puts the certificates for further control planes into the API, encrypted with the key in the documents on stdin. */
export const uploadCertificates = withConfiguration(
  script('kubeadm init phase upload-certs --upload-certs --config="$file"'),
);

export interface ResetChoice {
  /**
   * All control planes go: none has to take leave of an etcd whose other members may be gone already, for which kubeadm
   * tries more than three minutes.
   */
  readonly endsCluster?: boolean;
  /** Names of the CNI networks whose pods are the cluster's. */
  readonly networks?: readonly string[];
}

/**
 * Undoes kubeadm's work on a host, and stops and removes the containers where kubeadm cannot: without crictl, which it
 * needs for that up to 1.30. Every step may find nothing to do.
 */
export function kubeadmReset(
  version: KubernetesVersion,
  criSocketPath: string,
  { endsCluster = false, networks = [podNetworkName] }: ResetChoice = {},
): Command {
  const leaveEtcd = skipFlags(version, 'skipResetPhases', ['remove-etcd-member']);
  const flags = [
    ...(has(version, 'criSocketField') ? [`--cri-socket=${criSocket(version, criSocketPath)}`] : []),
    ...(endsCluster ? leaveEtcd : []),
  ];
  const etcd = {
    data: kubernetesPaths.etcdData,
    manifest: kubernetesPaths.etcdManifest,
    mark: ownPaths.etcdToClear,
  };
  const configurations = { directory: podNetworkPaths.cniDirectory, kept: ownPaths.cniConfigurations };
  const isEmptied = has(version, 'resetEmptiesCniDirectory');
  const namespaces = { networks, results: cniResultsDirectory, note: ownPaths.podNamespaces };
  return cmd`socket=${criSocketPath} bridge=${podBridge}
set -- ${flags}
systemctl stop kubelet 2>/dev/null || :
${noteEtcd(etcd, leaveEtcd)}
${notePodNamespaces(namespaces)}
${isEmptied ? keepConfigurations(configurations) : cmd``}
${resetProgram}
${isEmptied ? restoreConfigurations(configurations) : cmd``}
${stopProgram}
${endShims(criSocketPath)}
${deletePodNamespaces(namespaces)}
${clearKubelet(kubernetesPaths.kubeletData)}
${clearEtcd(etcd)}
${forEachResult(cniResultsDirectory, [podNetworkName], cmd`rm -f "$result"`)}
${removeProgram}
rm -f ${[podNetworkPaths.cni, ownPaths.kubeadmConfiguration, ownPaths.initialised, ownPaths.etcdToClear]}`;
}

const resetProgram = script(`
if command -v kubeadm >/dev/null; then
  # Every kubeadm that asks for a confirmation takes this one.
  echo y | kubeadm reset "$@" || exit
fi
`);

const stopProgram = script(`
if command -v ctr >/dev/null && [ -S "$socket" ]; then
  in_cri() { ctr --address "$socket" --namespace k8s.io "$@"; }
  for try in 1 2 3 4 5; do
    tasks=$(in_cri tasks ls -q) || exit
    [ -n "$tasks" ] || break
    # One that ends by itself meanwhile makes ctr fail.
    in_cri tasks rm --force $tasks || sleep 1
  done
  [ -z "$(in_cri tasks ls -q)" ] || { echo "some containers do not stop" >&2; exit 1; }
  containers=$(in_cri containers ls -q) || exit
  if [ -n "$containers" ]; then
    in_cri containers rm $containers || exit
    # It remembers its pods until it starts anew.
    systemctl restart containerd || exit
  fi
fi
`);

const removeProgram = script(`
# A node that joins again may get another network for its pods.
[ ! -e "/sys/class/net/$bridge" ] || ip link delete "$bridge" || exit
rm -rf /var/lib/cni/networks/ipvs-bootstrap
rmdir /var/lib/cni/networks /var/lib/cni/results /var/lib/cni 2>/dev/null
rm -rf /var/log/pods /var/log/containers
if cd /etc/kubernetes 2>/dev/null; then
  rm -rf admin.conf super-admin.conf kubelet.conf bootstrap-kubelet.conf
  rm -rf controller-manager.conf scheduler.conf manifests pki tmp
  cd / && rmdir /etc/kubernetes 2>/dev/null
fi
`);

/** kubeadm up to 1.10 takes starting the kubelet for a part of its preflight checks. */
function withKubelet(version: KubernetesVersion, hasPreflight: boolean, command: Command): Command {
  const isLeftOut = !hasPreflight && has(version, 'startsKubeletInPreflight');
  return withConfiguration(isLeftOut ? cmd`systemctl start kubelet &&\n${command}` : command);
}

/** Runs a command that reads `"$file"`, which holds what arrives on stdin, for root's eyes only. */
function withConfiguration(command: Command): Command {
  const file = ownPaths.kubeadmRun;
  return cmd`(
file=${file}
trap 'rm -f "$file"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p ${dirname(file)} && rm -f "$file" && (umask 077 && cat >"$file") &&
${command})`;
}

function skipFlags(
  version: KubernetesVersion,
  feature: 'skipPhases' | 'skipJoinPhases' | 'skipResetPhases',
  phases: readonly string[],
): readonly string[] {
  if (phases.length === 0) return [];
  if (has(version, feature)) return [`--skip-phases=${phases.join(',')}`];
  if (!phases.includes('preflight')) return [];
  return [
    has(version, 'ignorePreflightErrors') ? '--ignore-preflight-errors=all' : '--skip-preflight-checks',
  ];
}
