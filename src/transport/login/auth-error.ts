// What to say when nobody lets us in, or when there is nothing to try.
import { BootstrapError } from '../../core/errors.ts';
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
}

/** The error when nothing was accepted. */
export function authError(peer: SshPeer, history: AuthHistory): BootstrapError {
  const { tried, skipped, allowed, reason } = history;
  const lines = [
    ...(reason === undefined ? [] : [`server: ${reason}`]),
    `tried: ${tried.length === 0 ? 'nothing' : tried.join(', ')}`,
    ...(skipped.length === 0 ? [] : [`not tried: ${skipped.join('; ')}`]),
    ...(allowed.length === 0 ? [] : [`the server allows: ${allowed.join(', ')}`]),
  ];
  return new BootstrapError('connect.auth', `${peer.name} does not let ${peer.user} log in`, {
    where: { host: peer.name },
    detail: lines.join('\n'),
    hint: `${authHint(peer, history)}${rootHint(peer, history)}`,
    data: { user: peer.user },
  });
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
