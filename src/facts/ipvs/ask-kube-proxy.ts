// How a host asks its own kube-proxy. For use inside other probes.
import { script, sequence } from '../../core/command.ts';
import { httpGet } from '../http-get.ts';

/**
 * Defines `kube_proxy_get PATH`, which prints as `http_get` does. On nodes whose first address is IPv6, kube-proxy from
 * 1.16 on listens on ::1 only. Where it was told another `metricsBindAddress`, its own sockets say where; among them
 * may be its health check, which knows no such path, and node ports, on which it never answers: they come last.
 */
export const askKubeProxy = sequence([
  httpGet,
  script(`
kube_proxy_ask() {
  case $1 in *:*) bracketed="[$1]" ;; *) bracketed=$1 ;; esac
  answer=$(http_get "http://$bracketed:$2$3" "$1" "$2" "$3" "$4" 2>/dev/null) || return
  case $answer in *'
200') printf '%s\\n' "$answer" ;; *) return 1 ;; esac
}
kube_proxy_elsewhere() {
  command -v ss >/dev/null || return
  ss -Hltnp 2>/dev/null | awk '/"kube-proxy"/ { print $4 }' | sort -u | while read -r place; do
    port=\${place##*:} address=\${place%:*}
    case $address in '*'|0.0.0.0) address=127.0.0.1 ;; '[::]') address=::1 ;; esac
    late=0
    if [ "$port" -ge 30000 ] && [ "$port" -le 32767 ]; then late=1; fi
    printf '%s %s %s\\n' "$late" "$address" "$port"
  done | tr -d '[]' | sort | sed 's/^. //' | head -n 6
}
kube_proxy_get() {
  for place in 127.0.0.1 ::1; do
    if kube_proxy_ask "$place" 10249 "$1" 5; then return; fi
  done
  kube_proxy_elsewhere | while read -r address port; do
    if kube_proxy_ask "$address" "$port" "$1" 2; then break; fi
  done
}
`),
]);
