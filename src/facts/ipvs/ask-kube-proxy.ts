// How a host asks its own kube-proxy. For use inside other probes.
import { script, sequence } from '../../core/command.ts';
import { httpGet } from '../http-get.ts';

/**
 * Defines `kube_proxy_get PATH`, which prints as `http_get` does. On nodes whose first address is IPv6, kube-proxy from
 * 1.16 on listens on ::1 only.
 */
export const askKubeProxy = sequence([
  httpGet,
  script(`
kube_proxy_get() {
  for place in 127.0.0.1 ::1; do
    case $place in *:*) bracketed="[$place]" ;; *) bracketed=$place ;; esac
    answer=$(http_get "http://$bracketed:10249$1" "$place" 10249 "$1" 5 2>/dev/null) || continue
    printf '%s\\n' "$answer"
    return
  done
  return 1
}
`),
]);
