// Says why a shell did not start, from what came instead of its first frame.
import { BootstrapError } from '../core/errors.ts';

const shownBytes = 2000;

/** @param noise what the login shell or sudo printed */
export function startFailure(host: string, become: boolean, noise: string): BootstrapError {
  const said = noise.trim().slice(-shownBytes);
  const details = { where: { host }, ...(said === '' ? {} : { detail: said }) };
  if (become) {
    return new BootstrapError('connect.sudo', `sudo on ${host} did not start a root shell`, {
      ...details,
      hint: 'Let the user run sudo without a password there (NOPASSWD in sudoers), or log in as root; "sudo -n true" must succeed.',
    });
  }
  return new BootstrapError('connect.shell', `the login shell of ${host} ended before it started /bin/sh`, {
    ...details,
    hint: 'The account needs a login shell that can run commands: "ssh HOST true" must succeed.',
  });
}

export function startTimeout(host: string, milliseconds: number, noise: string): BootstrapError {
  const said = noise.trim().slice(-shownBytes);
  return new BootstrapError(
    'connect.timeout',
    `${host} accepted the login but started no shell within ${String(milliseconds / 1000)} s`,
    {
      where: { host },
      hint: 'See whether the profile of the login shell waits for something.',
      ...(said === '' ? {} : { detail: said }),
    },
  );
}
