// A single etcd that gets a second member is without a leader until that one has started. The API server's watchers may
// then hear of nothing new for up to ten minutes, controllers among them (kubernetes/kubernetes#97294).
import { cmd, script, type Command } from '../../core/command.ts';
import { formatEndpoint } from '../../core/ip.ts';
import { kubernetesPaths } from '../../kube/paths.ts';

/**
 * Ends the host's API server if etcd had no leader since it was started, and waits until the kubelet has started it anew
 * and it serves: its clients then watch anew. Fails when that takes more than five minutes.
 * @param address at which it serves; tells it from those of other clusters on the same machine
 */
export function refreshApiServer(address: string): Command {
  return cmd`{
address=${address} server=${`https://${formatEndpoint(address, 6443)}`} kubeconfig=${kubernetesPaths.adminKubeconfig}
${program}
}`;
}

const program = script(`
log=$(ls -t /var/log/pods/kube-system_kube-apiserver-*/kube-apiserver/*.log 2>/dev/null | head -n 1)
[ -n "$log" ] && grep -qs 'etcdserver: no leader' "$log" || exit 0
find_server() {
  for command in $(grep -lszx -e "--advertise-address=$address" /proc/[0-9]*/cmdline); do
    pid=\${command#/proc/} pid=\${pid%/*}
    grep -qszx kube-apiserver "$command" && return
  done
  pid=
}
find_server
[ -n "$pid" ] || exit 0
old=$pid
kill "$old" || exit
tries=0
while [ -e "/proc/$old" ] && [ "$tries" -lt 90 ]; do tries=$((tries + 1)); sleep 1; done
[ ! -e "/proc/$old" ] || kill -9 "$old"
tries=0
until timeout 20 kubectl --kubeconfig="$kubeconfig" --server="$server" get --raw=/readyz >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { echo "the API server does not serve again" >&2; exit 1; }
  sleep 3
done
`);
