// Logs in: from a stream to a server to an authenticated ssh2 client, or to the one error that says why not.
import type { Duplex } from 'node:stream';
import ssh2, { type Client } from 'ssh2';
import { BootstrapError } from '../../core/errors.ts';
import { hostKeyAlgorithms, judgeHostKey } from '../host-keys/judge-host-key.ts';
import type { KnownHostsEntry } from '../host-keys/known-hosts.ts';
import { sshDefaults, type SshPeer } from '../ssh-target.ts';
import type { AuthPlan } from './auth-attempt.ts';
import { authError, hungUp, type AuthHistory } from './auth-error.ts';
import { AuthSequence } from './auth-sequence.ts';

/** So much of what a server says before the login is kept. */
const keptWords = 8192;

/** What a login is made with. */
export interface LoginOptions {
  readonly peer: SshPeer;
  readonly stream: Duplex;
  readonly knownHosts: readonly KnownHostsEntry[];
  readonly auth: AuthPlan;
  /** Is given a host key that is new and believed. */
  readonly remember: (key: Buffer) => Promise<void>;
  /** Bounds the time; its reason becomes the error. */
  readonly signal: AbortSignal;
}

/** Resolves with a client that is ready for channels. */
export function logIn({ peer, stream, knownHosts, auth, remember, signal }: LoginOptions): Promise<Client> {
  const client = new ssh2.Client();
  const guard = hostKeyGuard(knownHosts, peer);
  const sequence = new AuthSequence(auth, peer.user);
  let isHandshakeDone = false;
  let said = '';
  let remembering: Promise<void> = Promise.resolve();
  return new Promise((resolve, reject) => {
    const give = (error: Error): void => {
      stream.destroy();
      reject(error);
    };
    const fail = (cause: Error): void => {
      if (guard.error !== undefined) give(guard.error);
      else
        give(
          isHandshakeDone ? refused(peer, { ...sequence.history(), said }, cause) : noHandshake(peer, cause),
        );
    };
    const abort = (): void => {
      give(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    client.once('handshake', () => {
      isHandshakeDone = true;
      // Only now it is proved that the server has the key that it showed.
      if (guard.newKey !== undefined) remembering = remember(guard.newKey);
      remembering.catch(give);
    });
    client.on('banner', (text) => {
      said = `${said}${text.trimEnd()}\n`.slice(-keptWords);
    });
    client.on('change password', () => {
      give(expired(peer));
    });
    client.on('error', (error) => {
      // An agent that fails is not the end: the next key is tried.
      if ((error as { level?: string }).level !== 'agent') fail(error);
    });
    client.on('close', () => {
      fail(new Error(hungUp));
    });
    client.on('ready', () => {
      void remembering.then(() => {
        signal.removeEventListener('abort', abort);
        client.removeAllListeners();
        resolve(client);
      }, give);
    });
    client.connect({
      sock: stream,
      username: peer.user,
      readyTimeout: 0,
      keepaliveInterval: peer.keepaliveMs ?? sshDefaults.keepaliveMs,
      keepaliveCountMax: peer.keepaliveLimit ?? sshDefaults.keepaliveLimit,
      algorithms: { serverHostKey: hostKeyAlgorithms(knownHosts, peer) },
      hostVerifier: guard.verify,
      authHandler: sequence.handler,
    });
  });
}

interface HostKeyGuard {
  error: BootstrapError | undefined;
  newKey: Buffer | undefined;
  readonly verify: (key: Buffer) => boolean;
}

/** Judges the key at the first exchange of keys, and at each later one on the same connection. */
function hostKeyGuard(knownHosts: readonly KnownHostsEntry[], peer: SshPeer): HostKeyGuard {
  const guard: HostKeyGuard = {
    error: undefined,
    newKey: undefined,
    verify: (key) => {
      if (guard.newKey !== undefined) return key.equals(guard.newKey);
      const decision = judgeHostKey(knownHosts, peer, key);
      if (!decision.accept) guard.error = decision.error;
      else if (decision.isNew) guard.newKey = Buffer.from(key);
      return decision.accept;
    },
  };
  return guard;
}

function refused(peer: SshPeer, history: AuthHistory, cause: Error): BootstrapError {
  const isRefusal = (cause as { level?: string }).level === 'client-authentication';
  return authError(peer, { ...history, reason: isRefusal ? undefined : cause.message });
}

function expired(peer: SshPeer): BootstrapError {
  const { name, user } = peer;
  return new BootstrapError('connect.auth', `the password of ${user} on ${name} has expired`, {
    where: { host: name },
    hint: `Log in once with ssh and choose a new one.`,
    data: { user },
  });
}

function noHandshake({ name, address, port }: SshPeer, cause: Error): BootstrapError {
  return new BootstrapError(
    'connect.handshake',
    `${name} accepted the connection but spoke no SSH with us: ${cause.message}`,
    {
      where: { host: name },
      hint: `Is port ${port} that of sshd? It may also limit new connections (MaxStartups) or offer only old algorithms.`,
      data: { address, port },
      cause,
    },
  );
}
