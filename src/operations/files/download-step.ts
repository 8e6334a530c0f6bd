// A file that the host fetches itself: it is told where from, and what it must be like.
import { z } from 'zod';
import { cmd, script, sequence } from '../../core/command.ts';
import { managedDirectories } from '../../core/managed.ts';
import { megabytes } from '../../core/megabytes.ts';
import { goesDirectly } from '../../download/no-proxy.ts';
import { proxied } from '../../platform/download-proxy.ts';
import type { ExecStep } from '../operation.ts';

/** In a task's arguments. */
export const downloadsArg = z
  .strictObject({
    urls: z.record(z.string(), z.url({ protocol: /^https$/ })).meta({
      description: 'From where a host fetches each file itself, by its name.',
    }),
    ca: z.string().nullable().meta({ description: 'Certificates (PEM) to believe beside those it knows.' }),
  })
  .optional()
  .meta({ description: 'For hosts that fetch files themselves; without it they are sent.' });

export type Downloads = NonNullable<z.output<typeof downloadsArg>>;

export interface DownloadedFile {
  readonly name: string;
  readonly sha256: string;
  /** In bytes; 0 when nobody has told. */
  readonly size: number;
}

/** How patient a download is. */
export interface DownloadPatience {
  /** So long nothing, or next to nothing, may come. */
  readonly silenceSeconds: number;
  /** Between two tries, of which there are three. */
  readonly pauseSeconds: number;
}

const usualPatience: DownloadPatience = { silenceSeconds: 60, pauseSeconds: 5 };

/** The largest at a slow line. */
const downloadTimeoutMs = 60 * 60_000;

/** Where what hosts fetch and get is put before it is installed. */
const downloadDirectory = `${managedDirectories.state}/downloads`;

export function downloadPath({ name, sha256 }: Pick<DownloadedFile, 'name' | 'sha256'>): string {
  return `${downloadDirectory}/${sha256.slice(0, 12)}-${name}`;
}

/**
 * Does nothing when the file is there; goes on where an earlier try has stopped.
 * @param noProxy what is reached without the proxy: wget knows no networks there, nor does curl before 7.86
 */
export function downloadStep(
  file: DownloadedFile,
  { urls, ca }: Downloads,
  noProxy: readonly string[],
  { silenceSeconds, pauseSeconds }: DownloadPatience = usualPatience,
): ExecStep {
  const url = urls[file.name] ?? '';
  const { host, hostname } = new URL(url);
  const direct = goesDirectly(new URL(url), noProxy) ? hostname.replace(/^\[|\]$/g, '') : '';
  const values = [url, file.sha256, downloadPath(file), file.size, silenceSeconds, pauseSeconds, direct];
  return {
    kind: 'exec',
    title: `fetch ${file.name} (${megabytes(file.size)}) from ${host}`,
    command: sequence([proxied, cmd`set -- ${values}`, fetchProgram]),
    stdin: ca ?? undefined,
    timeoutMs: downloadTimeoutMs,
  };
}

/**
 * Neither program reads settings of the user's: what root has in ~/.curlrc is for other things. They differ in how they
 * are told what to do and in how they say what is wrong, so each has a function of its own, which says why it failed
 * (`reason`), whether another try may help (`again`), and whether to begin anew (`restart`). More is not written than the
 * file may be long.
 */
const fetchProgram = script(`
url=$1 sha256=$2 file=$3 size=$4 silence=$5 pause=$6 direct=$7
dir=\${file%/*} part=$file.part answer=$file.answer ca=$file.ca
fail() { rm -f "$answer" "$ca"; echo "$url cannot be fetched: $1" >&2; tell_proxy; exit 1; }
is_whole() { [ -f "$1" ] && sum=$(sha256sum <"$1") && sum=\${sum%% *} && [ "$sum" = "$sha256" ]; }
umask 077
mkdir -p "$dir" || exit
if is_whole "$file"; then exit 0; fi
cat >"$ca" 2>/dev/null || fail "no space is left in $dir"
if [ -s "$ca" ]; then
for known in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem; do
if [ -r "$known" ]; then { echo; cat "$known"; } >>"$ca" 2>/dev/null || fail "no space is left in $dir"; break; fi
done
set -- "$ca"
else set --; fi
excepted() {
if [ -n "$direct" ]; then no_proxy=\${no_proxy:+$no_proxy,}$direct NO_PROXY=$no_proxy; export no_proxy NO_PROXY; fi
"$@"
}
not_written() {
if [ "$size" -gt 0 ] && [ -f "$part" ] && [ "$(wc -c <"$part")" -gt "$size" ]; then
reason="it is longer than $size bytes: the mirror is broken, or somebody on the way has changed it"
elif [ "$(df -Pk "$dir" | awk 'END { print $4 }')" -lt 1024 ]; then reason="no space is left in $dir"
else reason="$dir cannot be written"; fi
}
refused() {
case $1 in
401|403) reason="the server answers $1: it wants a login, or does not let this host in" ;;
404|410) reason="the server answers $1: there is no such file. Does the mirror have the makers' paths?" ;;
408|429|5??) reason="the server answers $1" again=yes ;;
*) reason="the server answers \${1:-nothing}" ;;
esac
}
no_tunnel() {
case $1 in
407) reason="the proxy answers 407: it wants a login, or another one: cluster.downloads.login" ;;
403) reason="the proxy answers 403: it lets nobody go there. Have it allowed, or use a mirror" ;;
408|429|5??) reason="the proxy answers $1: it does not reach the server, or has too much to do" again=yes ;;
*) reason="the proxy opens no way: $1" ;;
esac
}
by_curl() {
said=$(with_proxy excepted curl -q -fsSL --proto =https --proto-redir =https --max-redirs 5 --connect-timeout 30 \\
--speed-limit 1000 --speed-time "$silence" \${1:+--cacert "$1"} -C - -o "$part" -w '%{http_code} %{http_connect}' "$url" 2>"$answer")
result=$? code=\${said% *} tunnel=\${said#* }
case $result in
0) ;;
22) case $code in 416) restart=yes ;; 4??|5??) refused "$code" ;; *) no_tunnel "$tunnel" ;; esac ;;
33|36) restart=yes ;;
5) reason="the name of the proxy is not known here" ;;
18|52|55|56|92) case $tunnel in 4??|5??) no_tunnel "$tunnel" ;; *) reason="the connection was cut" again=yes ;; esac ;;
28) reason="nothing has come for $silence seconds" again=yes ;;
6) reason="its name is not known here" again=yes ;;
7) reason="nobody answers there" again=yes ;;
35|51|58|60|77|83) reason="its certificate is not trusted: $(tail -n 1 "$answer")" ;;
23|153) not_written ;;
*) reason=$(tail -n 1 "$answer") reason="\${reason:-curl ended with $result}" ;;
esac
}
# wget tells the proxy's words alone.
status_of() {
case $1 in
*'Authentication Required'*) echo 407 ;;
Forbidden*) echo 403 ;;
'Too Many Requests'*) echo 429 ;;
'Internal Server Error'*) echo 500 ;;
'Bad Gateway'*) echo 502 ;;
'Service Unavailable'*) echo 503 ;;
'Gateway Time'*) echo 504 ;;
*) echo "$1" ;;
esac
}
by_wget() {
LC_ALL=C with_proxy excepted wget --no-config -c -t 1 -T "$silence" --connect-timeout=30 --max-redirect=5 -S -O "$part" \\
\${1:+--ca-certificate="$1"} "$url" 2>"$answer"
result=$?
code=$(sed -n 's|^ *HTTP/[0-9.]* \\([0-9]*\\).*|\\1|p' "$answer" | tail -n 1)
case $result in
0) ;;
3|153) not_written ;;
5) reason="its certificate is not trusted: $(sed -n 's/^ERROR: //p' "$answer" | head -n 1)" ;;
6|8) if [ "$code" = 416 ]; then restart=yes; else refused "$code"; fi ;;
4) tunnel=$(sed -n 's/^Proxy tunneling failed: \\(.*\\)Unable to establish SSL.*/\\1/p' "$answer")
if [ -n "$tunnel" ]; then no_tunnel "$(status_of "$tunnel")"; return; fi
if grep -q 'unable to resolve' "$answer"; then reason="its name is not known here"
elif grep -q 'refused' "$answer"; then reason="nobody answers there"
else reason="the connection was cut, or nothing has come for $silence seconds"; fi
again=yes ;;
*) if [ "$is_resumed" = yes ]; then restart=yes; else reason="wget ended with $result: $(tail -n 1 "$answer")"; fi ;;
esac
}
if command -v curl >/dev/null 2>&1; then by=by_curl
elif command -v wget >/dev/null 2>&1 && wget --version 2>/dev/null | grep -q '^GNU Wget'; then by=by_wget
else fail "this host has neither curl nor GNU wget. Install one of them, or leave it to this machine: fetch: controller"; fi
is_resumed=no restarted=no tries=0
while ! is_whole "$part"; do
tries=$((tries + 1)) reason= again=no restart=no
if [ -s "$part" ]; then is_resumed=yes; fi
if [ "$size" -gt 0 ]; then
if [ -f "$part" ] && [ "$(wc -c <"$part")" -ge "$size" ]; then rm -f "$part"; is_resumed=no; fi
ulimit -f $((size / 512 + 8))
fi
$by "$@"
if is_whole "$part"; then break; fi
if [ -z "$reason" ]; then
found=$sum
rm -f "$part"
if [ "$restart$is_resumed" != nono ] && [ "$restarted" = no ]; then restarted=yes is_resumed=no; continue; fi
fail "its SHA-256 is \${found:-unknown} instead of $sha256: somebody on the way has changed it, or the mirror is broken"
fi
if [ "$again" = no ] || [ "$tries" -ge 3 ]; then fail "$reason"; fi
sleep "$pause"
done
rm -f "$answer" "$ca"
{ sync "$part" 2>/dev/null || sync; } && mv -f "$part" "$file"`);
