// Says why a shell did not start, from what came instead of its first frame.
import { BootstrapError } from '../../core/errors.ts';
import { tail } from '../../core/tail.ts';
import { accountProblem } from '../account-words.ts';

const shownCharacters = 2000;

/** @param noise what the login shell or sudo printed */
export function startFailure(host: string, become: boolean, noise: string): BootstrapError {
  return become ? sudoRefused(host, noise) : shellEnded(host, noise);
}

function shellEnded(host: string, noise: string): BootstrapError {
  const problem = accountProblem(noise, 'USER');
  return new BootstrapError('connect.shell', `the login shell of ${host} ended before it started /bin/sh`, {
    ...details(host, noise),
    hint: problem?.hint ?? shellHint(noise),
    ...(problem?.isPassing === true ? { data: { isPassing: true } } : {}),
  });
}

function shellHint(noise: string): string {
  const command =
    'Something else may run in place of commands: command= at the key in authorized_keys there, ForceCommand in sshd_config, ' +
    'or a line of the profile that ends the shell. ';
  const shell =
    'The account may have no shell (nologin or false in /etc/passwd): log in as another user, or give it one with ' +
    '"usermod -s /bin/sh USER" there. ';
  const isShellGone = noise.trim() === '' || noShell.test(noise);
  return `${isShellGone ? shell : command}"ssh HOST true" must succeed, and say nothing.`;
}

/** What nologin says. */
const noShell = /account is (currently )?not available/i;

/** There is no shell behind sudo, and it was given no password. */
export function sudoRefused(host: string, noise: string): BootstrapError {
  // sudo always says why. A shell that runs nothing is silent, as false is, or says that the account is not available.
  if (noise.trim() === '' || noShell.test(noise) || accountProblem(noise, '') !== undefined)
    return shellEnded(host, noise);
  return new BootstrapError('connect.sudo', `sudo on ${host} did not start a root shell`, {
    ...details(host, noise),
    hint: sudoHint(noise),
  });
}

function sudoHint(noise: string): string {
  if (/sudo: (command )?not found|sudo: No such file/i.test(noise))
    return 'sudo is not installed there: install it, or log in as root.';
  if (/must have a tty/i.test(noise)) {
    return (
      'sudo there wants a terminal (requiretty in sudoers), which a program does not have. Add the line ' +
      '"Defaults:USER !requiretty" by visudo, or log in as root.'
    );
  }
  if (/password is required/.test(noise)) {
    return (
      'Give the password of the user there: --ask-become-pass, or become.password in the inventory. ' +
      'Or let the user run sudo without one (NOPASSWD in sudoers), or log in as root.'
    );
  }
  return 'The user must be allowed to run commands as root: see sudoers on the host, or log in as root. With NOPASSWD there, "sudo -n true" succeeds.';
}

/** sudo was given the password and did not let us through. */
export function wrongSudoPassword(host: string, noise: string): BootstrapError {
  const isForbidden = /not in the sudoers|not allowed to/i.test(noise);
  const what = isForbidden ? 'does not allow this user to become root' : 'did not accept the password';
  return new BootstrapError('connect.sudo', `sudo on ${host} ${what}`, {
    ...details(host, noise),
    hint: isForbidden
      ? 'Add the user to sudoers on the host, or log in as one who is there.'
      : 'sudo wants the password of the user who logs in, not that of root. Try it there: "sudo -k true".',
  });
}

function details(host: string, noise: string): { where: { host: string }; detail?: string | undefined } {
  const said = tail(noise.trim(), shownCharacters);
  return { where: { host }, detail: said === '' ? undefined : said };
}

export function startTimeout(host: string, milliseconds: number, noise: string): BootstrapError {
  return new BootstrapError(
    'connect.timeout',
    `${host} accepted the login but started no shell within ${milliseconds / 1000} s`,
    {
      ...details(host, noise),
      hint:
        accountProblem(noise, 'USER')?.hint ??
        'See whether the profile of the login shell, or sudo, waits for something.',
      data: { limitMs: milliseconds },
    },
  );
}
