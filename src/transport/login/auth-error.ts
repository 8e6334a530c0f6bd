// What to say when nobody lets us in, or when there is nothing to try.
import { BootstrapError } from '../../core/errors.ts';
import { tail } from '../../core/tail.ts';
import { accountProblem, type AccountProblem } from '../account-words.ts';
import { describeTarget, type SshPeer } from '../ssh-target.ts';
import type { Identity } from './identity-file.ts';

/** What happened while logging in. */
export interface AuthHistory {
  /** What was tried, in order. */
  readonly tried: readonly string[];
  /** What was not tried, and why. */
  readonly skipped: readonly string[];
  /** What the server would accept; empty when it did not say. */
  readonly allowed: readonly string[];
  /** The server's own words, when it hung up. */
  readonly reason?: string | undefined;
  readonly triedPassword: boolean;
  /** What it said meanwhile: its banner, and PAM's words. */
  readonly said?: string;
}

/** The reason when the server closed the connection and gave none. */
export const hungUp = 'it closed the connection';

const shownCharacters = 2000;

/** The error when nothing was accepted. */
export function authError(peer: SshPeer, history: AuthHistory): BootstrapError {
  const { tried, skipped, allowed, reason, triedPassword } = history;
  const said = tail((history.said ?? '').trim(), shownCharacters);
  const lines = [
    ...(said === '' ? [] : [`the server says: ${said}`]),
    ...(reason === undefined ? [] : [`server: ${reason}`]),
    `tried: ${tried.length === 0 ? 'nothing' : tried.join(', ')}`,
    ...(skipped.length === 0 ? [] : [`not tried: ${skipped.join('; ')}`]),
    ...(allowed.length === 0 ? [] : [`the server allows: ${allowed.join(', ')}`]),
  ];
  const { name, user } = peer;
  const details = { where: { host: name }, detail: lines.join('\n'), data: { user } };
  // PAM is asked about the account when the login itself was right, and the server hangs up.
  const problem = reason === undefined ? undefined : accountProblem(said, user);
  if (problem !== undefined) return accountError(details, problem, triedPassword ? 'password' : 'key');
  return new BootstrapError('connect.auth', `${name} does not let ${user} log in`, {
    ...details,
    hint: `${authHint(peer, history)}${rootHint(peer, history)}`,
  });
}

interface Details {
  readonly where: { readonly host: string };
  readonly detail: string;
  readonly data: { readonly user: string };
}

function accountError(details: Details, problem: AccountProblem, way: 'password' | 'key'): BootstrapError {
  const { host } = details.where;
  const { user } = details.data;
  const { said, hint, isPassing } = problem;
  const message = `${host} accepts the ${way} of ${user}, but does not let ${user} in: ${said}`;
  const data = isPassing ? { user, isPassing } : { user };
  return new BootstrapError('connect.auth', message, { ...details, data, hint });
}

function rootHint({ user }: SshPeer, { tried }: AuthHistory): string {
  if (user !== 'root' || tried.length === 0) return '';
  return ' Many servers do not let root log in, or not by password (PermitRootLogin): then set ssh.user to a user with sudo.';
}

function authHint(peer: SshPeer, { tried, allowed, reason, triedPassword }: AuthHistory): string {
  if (reason !== undefined && /too many authentication failures/i.test(reason)) {
    return (
      'Every key that is offered counts, and the server gives up after a few (MaxAuthTries, usually 6): ' +
      'set ssh.identityFile to the right key.'
    );
  }
  if (tried.length > 0 && reason === hungUp) {
    return (
      'It hung up without a word while it looked at the last one. That may have been right: then PAM there refuses the account ' +
      '(pam_access, pam_time, an unreadable shadow file). Its log tells: journalctl -u ssh -u sshd.'
    );
  }
  if (triedPassword) return `Is the password right? Try it by "ssh ${describeTarget(peer)}".`;
  const wantsPassword = allowed.includes('password') || allowed.includes('keyboard-interactive');
  if (wantsPassword && !allowed.includes('publickey')) {
    return 'The server wants a password: set ssh.password, or use --ask-pass.';
  }
  if (tried.length > 1 && peer.identitiesOnly !== true) {
    return 'Servers give up after a few keys: set ssh.identityFile to the right one.';
  }
  return `Add the public key to ~${peer.user}/.ssh/authorized_keys there, or set ssh.user and ssh.identityFile.`;
}

/** The error when the only key that is to be used cannot be. */
export function keyError(host: string, identity: Identity): BootstrapError {
  const { path, state } = identity;
  const where = { host };
  if (state === 'encrypted') {
    const { problem } = identity;
    if (problem !== undefined) return problem.with({ where });
    return new BootstrapError('connect.key', `the key ${path} needs a passphrase`, {
      where,
      data: { path },
      hint: `Give it to the agent: ssh-add ${path}. Or name its passphrase by ssh.passphrase, or run in a terminal, where you are asked.`,
    });
  }
  const why = state === 'unreadable' ? `: ${identity.reason}` : ': there is no such file';
  return new BootstrapError('connect.key', `the key ${path} cannot be used${why}`, {
    where,
    data: { path },
    hint: /format/.test(why)
      ? `If it is a private key, "ssh-keygen -p -f ${path}" writes it anew in a format that is understood.`
      : 'identityFile names a private key, such as ~/.ssh/id_ed25519.',
  });
}

/** Why a key is left out, in a few words; undefined when it is not there at all. */
export function skipReason(identity: Identity): string | undefined {
  if (identity.state === 'encrypted')
    return identity.problem?.message ?? `${identity.path} needs a passphrase`;
  if (identity.state === 'unreadable') return `${identity.path} cannot be used: ${identity.reason}`;
  return undefined;
}
