// The program of the resident shell: reads requests from standard input, runs them, frames their output.
import { skippedExitCode } from '../../core/host.ts';

/**
 * Takes all proxy variables out of the environment, by the end of their names as kubeadm knows them, and keeps what they
 * said for `useHostProxies`.
 */
const forgetProxies = [
  'host_proxies=;',
  `for _v in $(env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*_[Pp][Rr][Oo][Xx][Yy]\\)=.*/\\1/p'); do`,
  'eval "host_$_v=\\$$_v"; unset "$_v"; host_proxies="$host_proxies $_v"; done; unset _v;',
].join(' ');

/**
 * One line of POSIX sh for `startLine`. It speaks this protocol:
 *
 * - first line in: the marker, which stands in front of every frame and is unset before a command runs;
 * - out, on both streams: `<marker>hello:<pid>;`
 * - in, per request: `<id> <lines of command> <bytes of stdin>\n`, the lines, then, when there are bytes, these and `.\n`;
 *   with a further ` 1` behind the bytes, the command is left out unless the one before it exited with 0
 * - out, on both streams: `<marker>begin:<id>;` the command's output `<marker>end:<id>:<exit code>;`
 *
 * Lines are read by the `read` builtin, which takes one byte at a time, and bytes by `dd iflag=fullblock`, which takes
 * exactly what it is told to (some `head -c` read ahead). Unread stdin is drained by `cat`, so the stream stays in step.
 * When the stream ends in the middle of a command's stdin, the command must not take that for a complete input: the
 * missing `.` makes the shell kill its process group before anyone sees end-of-file.
 */
export const residentLoop = [
  'LC_ALL=C; export LC_ALL; umask 022;',
  // Logins that are not root's often have no sbin directories.
  'for _d in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do',
  'case :$PATH: in *:$_d:*) ;; *) PATH=${PATH:+$PATH:}$_d;; esac; done; export PATH; unset _d;',
  forgetProxies,
  "_n=$(printf '\\nx'); _n=${_n%x};",
  'read -r _m;',
  frame('hello:%s', '"$$"'),
  // A new shell has no success behind it.
  '_r=1;',
  'while read -r _i _k _b _g; do',
  '_c=; while [ "$_k" -gt 0 ]; do IFS= read -r _l || exit 1; _c=$_c$_l$_n; _k=$((_k - 1)); done;',
  `if [ "$_g" = 1 ] && [ "$_r" != 0 ]; then _c="exit ${skippedExitCode}"; fi;`,
  '_c="unset p _m _n _i _k _b _g _l _c _r _t$_n$_c";',
  frame('begin:%s', '"$_i"'),
  'if [ "$_b" = 0 ]; then (eval "$_c") </dev/null; _r=$?; else',
  '{ [ "$_b" -lt 65536 ] || dd bs=65536 count=$((_b / 65536)) iflag=fullblock;',
  '[ $((_b % 65536)) = 0 ] || dd bs=$((_b % 65536)) count=1 iflag=fullblock;',
  'IFS= read -r _t; [ "$_t" = . ] || kill -9 0; } 2>/dev/null |',
  '{ (eval "$_c"); _r=$?; cat >/dev/null; exit $_r; }; _r=$?; fi;',
  frame('end:%s:%s', '"$_i" "$_r"'),
  'done',
].join(' ');

function frame(format: string, values: string): string {
  const print = `printf '%s${format};' "$_m" ${values}`;
  return `${print}; ${print} >&2;`;
}
