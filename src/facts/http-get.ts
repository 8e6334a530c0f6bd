// HTTP requests from a probe by whatever the host has: curl, wget, or bash's /dev/tcp. For use inside other probes.
import { script } from '../core/command.ts';

/**
 * Defines `http_get URL HOST PORT PATH SECONDS`: prints the body, then on a line of its own the status code; `000` for an
 * old curl that took something for an answer which is no HTTP. Fails when no answer by HTTP came in time; an error page is
 * an answer, though wget may leave its text out. `$http_client` is `none` when nothing can ask. Neither proxies nor
 * anybody's configuration of the client are used; a wget that does not know how to leave them reads none.
 */
export const httpGet = script(`
http_client=none
for candidate in curl wget bash; do
  if command -v "$candidate" >/dev/null 2>&1; then http_client=$candidate; break; fi
done
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
http_wget=
for options in --no-proxy '--no-config --no-proxy'; do
  if [ "$http_client" = wget ] && wget $options --help >/dev/null 2>&1; then http_wget=$options; fi
done
http_get() {
  case $http_client in
    curl) curl -q -sS --noproxy '*' -m "$5" -w '\\n%{http_code}' "$1" ;;
    wget)
      { timeout "$5" wget $http_wget -q -S -T "$5" -O - "$1" 2>&1 >&3 | {
        http_said=$(cat)
        http_status=$(printf '%s\\n' "$http_said" | sed -n 's|.*HTTP/[0-9.]* \\([1-9][0-9][0-9]\\).*|\\1|p' | sed -n '$p')
        if [ -n "$http_status" ]; then printf '\\n%s' "$http_status" >&3; else printf '%s\\n' "$http_said"; exit 1; fi
      } >&2; } 3>&1 ;;
    bash)
      http_answer=$(timeout "$5" bash -c 'exec 3<>"/dev/tcp/$0/$1" &&
        printf "GET %s HTTP/1.0\\r\\nHost: %s\\r\\n\\r\\n" "$2" "$0" >&3 && cat <&3' "$2" "$3" "$4" | tr -d '\\r\\000') &&
        http_status=\${http_answer#HTTP/* } && [ "$http_status" != "$http_answer" ] &&
        printf '%s\\n' "$http_answer" | sed '1,/^$/d' && printf '\\n%s' "\${http_status%% *}" ;;
    *) return 127 ;;
  esac
}
`);
