// The command line with which every shell is started, whatever the account's login shell is.

/**
 * The line to hand to a login shell. It starts `/bin/sh`, which reads its real program as one line from standard input;
 * with `become` it runs as root through sudo without a password. The text has no newline, backslash, `!` or nested
 * quote, so that csh, tcsh and fish understand it as POSIX shells do, and nothing of ours stands in `ps` or sudo's log.
 * @param shell another POSIX shell than `/bin/sh`; a plain path
 */
export function startLine(become: boolean, shell = '/bin/sh'): string {
  const start = `${shell} -c 'read -r p; eval "$p"'`;
  return become ? `exec sudo -n -H -- ${start}` : `exec ${start}`;
}
