// The command lines with which every shell is started, whatever the account's login shell is.

/** Words that a sudo with a password is recognised by; letters, digits and `-` only, and new for each shell. */
export interface SudoWords {
  /** What sudo prints when it wants the password. */
  readonly prompt: string;
  /** What is printed when sudo has let us through. */
  readonly ready: string;
}

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

/**
 * Likewise, through a sudo that may ask for a password on standard input. Whether it does depends on the host, so the
 * shell says when it is there: what is written before would be taken for the password.
 */
export function sudoPasswordLine({ prompt, ready }: SudoWords): string {
  return `exec sudo -S -H -p ${prompt} -- /bin/sh -c 'echo ${ready} >&2; read -r p; eval "$p"'`;
}
