// How the stacked etcd of a control plane is spoken to: its HTTP interface by curl, or the etcdctl in its pod.
import { cmd, script, type Command } from '../core/command.ts';
import { kubectlProbe } from './kubectl.ts';

/** Defines `list_members` and `remove_member DECIMAL HEXADECIMAL`, for the control plane `node`. */
export function askEtcd(node: string): Command {
  const pod = `etcd-${node}`;
  const client = kubectlProbe(cmd`exec --namespace=kube-system ${pod} -- etcdctl`);
  return cmd`etcdctl_in_pod() { ${client} "$@"; }\n${functions}`;
}

/** The interface is /v3beta in etcd 3.3 and /v3 from 3.4. It writes identities as decimal text. */
const functions = script(`
etcd_pki=/etc/kubernetes/pki/etcd
ask_etcd() {
  command -v curl >/dev/null || return
  for api in v3 v3beta; do
    curl -q -sf --noproxy '*' -m 20 --cacert "$etcd_pki/ca.crt" --cert "$etcd_pki/healthcheck-client.crt" \\
      --key "$etcd_pki/healthcheck-client.key" -d "$2" "https://localhost:2379/$api/cluster/member/$1" && return
  done
  return 1
}
ask_etcdctl() {
  etcdctl_in_pod --cacert="$etcd_pki/ca.crt" --cert="$etcd_pki/healthcheck-client.crt" \\
    --key="$etcd_pki/healthcheck-client.key" --endpoints=https://localhost:2379 member "$@"
}
list_members() {
  [ -e "$etcd_pki/healthcheck-client.crt" ] && { ask_etcd list '{}' || ask_etcdctl list; }
}
remove_member() {
  # It may have left by itself meanwhile.
  members=$(list_members) || return
  case $members in *"$1"* | *"$2"*) ;; *) return 0 ;; esac
  ask_etcd remove "{\\"ID\\":\\"$1\\"}" || ask_etcdctl remove "$2"
}
`);
