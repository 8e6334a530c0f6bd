// What sshd and PAM say when they do not let an account in, and what to do about it.

export interface AccountProblem {
  /** The sentence that tells it. */
  readonly said: string;
  readonly hint: string;
  /** It goes away by itself. */
  readonly isPassing: boolean;
}

interface Rule {
  readonly pattern: RegExp;
  readonly hint: (found: RegExpExecArray, user: string) => string;
  readonly isPassing?: true;
}

const nologinHint =
  'Only root may log in meanwhile. It goes away by itself; if it stays, /run/nologin or /etc/nologin there is left over.';

/** The words are those of pam_nologin and systemd, pam_unix, OpenSSH, and the images of cloud-init. */
const rules: readonly Rule[] = [
  {
    pattern: /system is (booting up|going down)|not permitted to log in yet/i,
    hint: () => nologinHint,
    isPassing: true,
  },
  {
    pattern: /account has expired/i,
    hint: (_, user) =>
      `Its time is over there (see "chage -l ${user}"). "chage -E -1 ${user}" as root gives it back, or set ssh.user to another one.`,
  },
  {
    pattern: /password (has )?expired|password change required|(required to|must) change your password/i,
    hint: (_, user) =>
      `The password of ${user} has expired there: log in once by ssh in a terminal and choose a new one, or have root run "chage -d -1 ${user}".`,
  },
  {
    pattern: /log ?in as (?:the )?(?:user )?["']?([a-z_][\w.-]*)["']? (?:user )?rather than/i,
    hint: ([, other = '']) =>
      `Set ssh.user to "${other}"; what it runs goes through sudo. The key in authorized_keys leads to a command here that only says so.`,
  },
];

/** Undefined when nothing in it tells why the account is not let in. */
export function accountProblem(text: string, user: string): AccountProblem | undefined {
  for (const said of text.split('\n').map((line) => line.trim())) {
    for (const { pattern, hint, isPassing = false } of rules) {
      const found = pattern.exec(said);
      if (found !== null) return { said, hint: hint(found, user), isPassing };
    }
  }
  return undefined;
}
