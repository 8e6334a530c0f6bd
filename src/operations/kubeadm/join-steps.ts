// The steps of a join: a fresh token on the first control plane, then kubeadm on the host.
import { cmd, script, type Command } from '../../core/command.ts';
import { Secret } from '../../core/secret.ts';
import type { EtcdMember } from '../../facts/kubernetes/etcd-members.ts';
import { askEtcd } from '../../kube/etcd.ts';
import { tokenManifest } from '../../kube/kubeadm/bootstrap-token.ts';
import { caCertHash } from '../../kube/kubeadm/ca-hash.ts';
import { initConfigurationText, joinConfigurationText } from '../../kube/kubeadm/documents.ts';
import type { ClusterSettings, NodeSettings } from '../../kube/kubeadm/settings.ts';
import { kubectl } from '../../kube/kubectl.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import type { ExecStep, Step } from '../operation.ts';
import { refreshApiServer } from './api-server-refresh.ts';
import {
  kubeadmJoin,
  kubeadmJoinControlPlane,
  kubeadmJoinEnd,
  kubeadmReset,
  kubeadmTimeoutMs,
  uploadCertificates,
} from './commands.ts';

export interface JoinRequest {
  readonly cluster: ClusterSettings;
  readonly node: NodeSettings;
  /** Cluster CA in PEM. */
  readonly caCertificate: string;
  /** Name of the first control plane. */
  readonly from: string;
  readonly firstNode: NodeSettings;
  readonly token: Secret;
  /** Present when the node becomes a control plane. */
  readonly certificateKey?: Secret;
  /** A join was begun on the host. */
  readonly hasRemains: boolean;
  /** The API knows a node of this name, from an earlier life of the host. */
  readonly isRegistered: boolean;
  readonly hasCrictl: boolean;
  /** etcd's member of an earlier try. */
  readonly member?: EtcdMember | undefined;
}

/** For a control plane whose etcd is a member already: what kubeadm had not come to. */
export function finishSteps(request: JoinRequest): readonly Step[] {
  const title = 'finish the interrupted kubeadm join';
  return [tokenStep(request), { ...joinStep(request), title, command: kubeadmJoinEnd }, refreshStep(request)];
}

export function joinSteps(request: JoinRequest): readonly Step[] {
  return [
    ...(request.hasRemains ? [clearStep(request)] : []),
    ...(request.member === undefined ? [] : [removeMemberStep(request, request.member)]),
    ...(request.isRegistered ? [forgetStep(request)] : []),
    tokenStep(request),
    ...(request.certificateKey === undefined ? [] : [certificatesStep(request, request.certificateKey)]),
    joinStep(request),
    request.certificateKey === undefined ? registrationStep(request) : refreshStep(request),
  ];
}

/** First, as a control plane's reset takes its etcd member out of the cluster. */
function clearStep({ cluster }: JoinRequest): Step {
  return {
    kind: 'exec',
    title: 'clear away what an unfinished kubeadm join left',
    command: kubeadmReset(cluster.version, cluster.criSocketPath),
    timeoutMs: kubeadmTimeoutMs,
  };
}

/** etcd counts a member that never comes, and refuses another at its address. */
function removeMemberStep({ node, from }: JoinRequest, { id }: EtcdMember): Step {
  const hexadecimal = BigInt(id).toString(16);
  return {
    kind: 'exec',
    title: `remove the etcd member that an earlier life of ${node.name} left`,
    command: cmd`${askEtcd(from)}\nremove_member ${id} ${hexadecimal}`,
    on: from,
  };
}

function forgetStep({ node, from }: JoinRequest): Step {
  return {
    kind: 'exec',
    title: `remove the node object that an earlier life of ${node.name} left`,
    command: kubectl(cmd`delete node ${node.name}`),
    on: from,
  };
}

function tokenStep({ token, from }: JoinRequest): Step {
  return {
    kind: 'exec',
    title: 'make a token for joining, good for an hour',
    command: cmd`apply() { printf '%s\\n' "$manifest" | ${kubectl(cmd`apply --validate=false -f -`)}; }\n${applyToken}`,
    stdin: new Secret(tokenManifest(token.reveal()), 'bootstrap token'),
    on: from,
  };
}

/**
 * Unvalidated, as kubectl would fetch the API's whole description for that. The time comes from the control plane's clock,
 * by which the token expires too. printf is a builtin, so the token is in no argument list. Hosts that join at once may
 * both try to create it: the second then finds it.
 */
const applyToken = script(`
now=$(date +%s) && expiration=$(date -u -d "@$((now + 3600))" +%Y-%m-%dT%H:%M:%SZ) || exit
manifest=$(sed "s/EXPIRATION/$expiration/") || exit
apply || { sleep 1; apply; }
`);

/** Uploaded certificates last two hours, and are encrypted with the key of the run that brought them. */
function certificatesStep({ cluster, firstNode, from }: JoinRequest, key: Secret): Step {
  const text = initConfigurationText({ cluster, node: firstNode, certificateKey: key.reveal() });
  return {
    kind: 'exec',
    title: "hand the control plane's certificates over through the API",
    command: uploadCertificates,
    stdin: new Secret(text, 'kubeadm configuration with the certificate key'),
    on: from,
    timeoutMs: kubeadmTimeoutMs,
  };
}

function joinStep({
  cluster,
  node,
  token,
  caCertificate,
  certificateKey,
  ...request
}: JoinRequest): ExecStep {
  const text = joinConfigurationText({
    cluster,
    node,
    token: token.reveal(),
    caCertHash: caCertHash(caCertificate),
    controlPlane: certificateKey && { certificateKey: certificateKey.reveal() },
  });
  const role = certificateKey === undefined ? 'a worker' : 'a control plane';
  return {
    kind: 'exec',
    title: `join the cluster as ${role} (kubeadm join)`,
    command:
      certificateKey === undefined
        ? kubeadmJoin(cluster, { hasCrictl: request.hasCrictl })
        : kubeadmJoinControlPlane(cluster, node.name, { hasCrictl: request.hasCrictl }),
    stdin: new Secret(text, 'kubeadm configuration with the bootstrap token'),
    timeoutMs: kubeadmTimeoutMs,
  };
}

function registrationStep({ node }: JoinRequest): Step {
  return {
    kind: 'exec',
    title: `wait until the API knows ${node.name}`,
    command: awaitNode(node.name),
    timeoutMs: kubeadmTimeoutMs,
  };
}

/**
 * Waits on a host that has joined until its node is known, five minutes at most. Newer kubeadms (seen with 1.37) are through
 * when the kubelet has its certificate. With control planes they label the node, so they wait by themselves.
 */
export function awaitNode(node: string): Command {
  return cmd`node=${node} kubelet_conf=${kubernetesPaths.kubeletKubeconfig}\n${awaitProgram}`;
}

const awaitProgram = script(`
tries=0
until kubectl --kubeconfig="$kubelet_conf" --request-timeout=20s get node "$node" -o name >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 150 ] || { echo "the kubelet has joined, and does not make its node known: see journalctl -u kubelet" >&2; exit 1; }
  sleep 2
done
`);

/** That one was alone before; the others have seen etcd with a majority only. */
function refreshStep({ firstNode, from }: JoinRequest): Step {
  return {
    kind: 'exec',
    title: `let watchers of the API on ${from} begin anew if etcd was without a leader meanwhile`,
    command: refreshApiServer(firstNode.address),
    on: from,
    timeoutMs: kubeadmTimeoutMs,
  };
}
