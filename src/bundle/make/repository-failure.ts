// Why a repository of Kubernetes' packages is not to be had, by what apt says of it.
import { BootstrapError } from '../../core/errors.ts';
import { saidBy } from '../../local/programs/program-failure.ts';

interface Cause {
  readonly says: RegExp;
  readonly why: (version: string) => string;
  readonly hint: string;
}

/** The first that fits counts: of what it cannot fetch, apt says as well that it is not signed. */
const causes: readonly Cause[] = [
  {
    says: /no space left on device|enough free space/i,
    why: () => 'the disk is full',
    hint: 'Make room, or choose another directory; the same command goes on from here.',
  },
  {
    says: /Version '\S+' for '\S+' was not found|Unable to locate package|no installation candidate/i,
    why: (version) => `it has no ${version}`,
    hint: 'Is the version right? A mirror may not have it yet; --mirror names another one.',
  },
  {
    says: /Hash Sum mismatch|unexpected size|File has/i,
    why: () => 'a file is not the one that was signed',
    hint: 'The mirror is broken, or being filled just now. Nothing of it was used; the same command tries again.',
  },
  {
    says: /certificate|SSL|gnutls/i,
    why: () => 'its certificate is not trusted',
    hint: '--ca FILE names the certificates (PEM) of those who vouch for the mirror.',
  },
  {
    says: /\s40[13]\s/,
    why: () => 'it wants a login',
    hint: 'apt reads logins from /etc/apt/auth.conf.d. Another mirror is named by --mirror.',
  },
  {
    says: /\s404\s/,
    why: () => 'it lacks a file',
    hint: 'Does the mirror have the paths of https://pkgs.k8s.io/core:/stable:, as /v1.37/deb/?',
  },
  {
    says: /\s429\s/,
    why: () => 'it has been asked too often',
    hint: 'Wait a while; the same command goes on from here.',
  },
  {
    says: /NO_PUBKEY|BADSIG|EXPKEYSIG|EXPSIG|REVKEYSIG|is not signed|clearsigned file|Missing key/i,
    why: () => 'it was not signed by the key that is asked for, or is not what was signed',
    hint: 'Somebody on the way has changed it, or the mirror is broken. Only if it signs anew, name its key: --key FINGERPRINT.',
  },
];

const other: Cause = {
  says: /^/,
  why: () => 'apt failed',
  hint: 'Can this machine reach it? apt has proxies of its own, in /etc/apt/apt.conf.d. The same command goes on from here.',
};

/** @param error what apt was run by has thrown */
export function repositoryError(url: string, version: string, error: unknown): BootstrapError {
  const said = errorLines(saidBy(error));
  const { why, hint } = causes.find(({ says }) => says.test(said)) ?? other;
  return new BootstrapError(
    'download.failed',
    `Kubernetes' packages cannot be had from ${url}: ${why(version)}`,
    {
      hint,
      detail: said,
      cause: error,
    },
  );
}

/** apt's errors and what it complains of; without any, all that it says. */
function errorLines(said: string): string {
  const lines = said.split('\n').filter((line) => /^(E|W|Err|  ): ?|^Err:|^ {2}\S/.test(line));
  return lines.length === 0 ? said : lines.join('\n');
}
