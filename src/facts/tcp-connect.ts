// TCP connections from a probe by whatever the host has: bash's /dev/tcp, curl, or nc. For use inside other probes.
import { script } from '../core/command.ts';

/**
 * Defines `tcp_connect HOST PORT SECONDS`: succeeds when the connection was taken, and closes it without a word.
 * `$tcp_client` is `none` when nothing can connect.
 */
export const tcpConnect = script(`
tcp_client=none
if command -v timeout >/dev/null 2>&1 && command -v bash >/dev/null 2>&1; then tcp_client=bash
elif command -v curl >/dev/null 2>&1; then tcp_client=curl
elif command -v nc >/dev/null 2>&1; then tcp_client=nc
fi
tcp_connect() {
  case $tcp_client in
    bash) timeout "$3" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>/dev/null ;;
    curl)
      case $1 in *:*) tcp_place="[$1]:$2" ;; *) tcp_place="$1:$2" ;; esac
      tcp_time=$(curl -q -s -o /dev/null --noproxy '*' -m "$3" -w '%{time_connect}' "http://$tcp_place/" 2>/dev/null)
      [ "\${tcp_time#*[1-9]}" != "$tcp_time" ] ;;
    nc) nc -z -w "$3" "$1" "$2" >/dev/null 2>&1 ;;
    *) return 127 ;;
  esac
}
`);
