// The program that stops a running command: it runs in a second, short-lived shell next to the resident one.

/** Tenths of a second between SIGTERM and SIGKILL. */
const graceTenths = 20;

/**
 * One line of POSIX sh for `startLine` that ends the resident shell `pid` and all that its current command started:
 * its descendants, and every process of its session that is not older than the command. The shell itself is stopped
 * first, so that it cannot go on with the next request, and dies before its children; they get SIGTERM, two seconds,
 * then SIGKILL. It fails when some live on all the same. What an earlier command left in the background is older and stays.
 */
export function killProgram(pid: number): string {
  return [
    `L=${pid};`,
    // Fields of /proc/PID/stat behind the name, which may itself contain blanks and brackets.
    'r() { IFS= read -r x <"/proc/$1/stat" || return 1; set -- ${x##*) }; z=$1; p=$2; g=$4; t=${20}; } 2>/dev/null;',
    'each() { for d in /proc/[0-9]*; do q=${d#/proc/}; [ "$q" = "$L" ] || ! r "$q" || "$1"; done; };',
    'eldest() { if [ "$p" = "$L" ] && { [ -z "$T" ] || [ "$t" -lt "$T" ]; }; then T=$t; fi; };',
    'mark() { case $v in *" $q "*) return;; esac;',
    'case $v in *" $p "*) ;; *) [ "$p" = "$L" ] || { [ "$g" = "$S" ] && [ "$t" -ge "$T" ]; } || return 0;; esac;',
    'v="$v$q "; n=1; };',
    'scan() { n=1; while [ "$n" = 1 ]; do n=0; each mark; done; };',
    'kill -STOP "$L" 2>/dev/null && r "$L" || exit 0; S=$g; T=; v=" "; each eldest;',
    '[ -n "$T" ] || { kill -KILL "$L"; exit 0; };',
    'scan; kill -KILL "$L"; kill -TERM $v 2>/dev/null; kill -CONT $v 2>/dev/null;',
    'alive() { for q in $v; do if r "$q" && [ "$z" != Z ]; then return 0; fi; done; return 1; };',
    `i=0; while [ "$i" -lt ${graceTenths} ] && alive; do sleep 0.1 || sleep 1; i=$((i + 1)); done;`,
    'i=0; scan; while [ "$i" -lt 3 ] && alive; do kill -KILL $v 2>/dev/null; sleep 0.1; scan; i=$((i + 1)); done;',
    'scan; ! alive',
  ].join(' ');
}
