// How a control plane joins where the kubelet may refuse etcd: in two parts, with a look at the node between them.
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import { checksBefore, type Preflight } from './preflight.ts';

/**
 * etcd's pod asks for storage, which a kubelet that has just started does not know of: it rejects the pod and does not
 * try again, while etcd counts on the announced member. So etcd comes when the node has reported its storage, and a
 * kubelet that has rejected it all the same is restarted.
 */
export function joinInParts(node: string, preflight: Preflight): Command {
  const isWithin = preflight.kind === 'within';
  const first = ['control-plane-join', ...(isWithin ? [] : ['preflight'])].join(',');
  const flags = [`--skip-phases=${first}`, ...(isWithin ? preflight.flags : [])];
  const checks = checksBefore(preflight, 'join');
  return cmd`{
${sequence([...checks, script(':')])} || exit
node=${node} kubelet_conf=${kubernetesPaths.kubeletKubeconfig}
kubeadm join --config="$file" ${flags} || exit
${awaitStorage}
${lastPart}
}`;
}

const awaitStorage = script(`
tries=0
until kubectl --kubeconfig="$kubelet_conf" --request-timeout=20s get node "$node" \\
  -o 'jsonpath={.status.allocatable.ephemeral-storage}' 2>/dev/null | grep -q '[1-9]'; do
  tries=$((tries + 1))
  [ "$tries" -lt 150 ] || { echo "the kubelet does not report the node's storage, which etcd asks for" >&2; exit 1; }
  sleep 2
done
`);

const lastPart = script(`
heal() {
  since=$(date +%s)
  while sleep 5; do
    journalctl -q -o cat -u kubelet --since "@$since" |
      grep -q 'no set of running pods found to reclaim resources' || continue
    since=$(date +%s)
    systemctl restart kubelet
  done
}
heal </dev/null >/dev/null 2>&1 &
healer=$!
kubeadm join --config="$file" --skip-phases=preflight,control-plane-prepare,kubelet-start
joined=$?
kill "$healer" 2>/dev/null
[ "$joined" = 0 ]
`);
