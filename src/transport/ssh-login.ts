// Logs in: from a connected socket to an authenticated ssh2 client, or to the one error that says why not.
import type { Socket } from 'node:net';
import ssh2, { type AuthHandlerMiddleware, type Client } from 'ssh2';
import { BootstrapError } from '../core/errors.ts';
import { hostKeyAlgorithms, refuseHostKey } from './host-keys.ts';
import type { KnownHostsEntry } from './known-hosts.ts';
import { authError, type AuthPlan } from './ssh-auth.ts';
import { sshDefaults, type SshTarget } from './ssh-target.ts';

/** What a login is made with. */
export interface LoginOptions {
  readonly target: SshTarget;
  readonly socket: Socket;
  readonly knownHosts: readonly KnownHostsEntry[];
  readonly auth: AuthPlan;
  /** Bounds the time; its reason becomes the error. */
  readonly signal: AbortSignal;
}

interface Progress {
  phase: 'handshake' | 'authentication';
  hostKeyError: BootstrapError | undefined;
  tried: string[];
  allowed: readonly string[];
}

/** Resolves with a client that is ready for channels. */
export function logIn({ target, socket, knownHosts, auth, signal }: LoginOptions): Promise<Client> {
  const client = new ssh2.Client();
  const progress: Progress = { phase: 'handshake', hostKeyError: undefined, tried: [], allowed: [] };
  return new Promise((resolve, reject) => {
    const give = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const abort = (): void => {
      give(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    client.on('handshake', () => {
      progress.phase = 'authentication';
    });
    client.on('error', (error) => {
      // An agent that fails is not the end: the next key is tried.
      if ((error as { level?: string }).level !== 'agent') give(loginError(target, auth, progress, error));
    });
    client.on('close', () => {
      give(loginError(target, auth, progress, new Error('it closed the connection')));
    });
    client.on('ready', () => {
      signal.removeEventListener('abort', abort);
      client.removeAllListeners();
      resolve(client);
    });
    client.connect({
      sock: socket,
      username: target.user,
      readyTimeout: 0,
      keepaliveInterval: target.keepaliveMs ?? sshDefaults.keepaliveMs,
      keepaliveCountMax: target.keepaliveLimit ?? sshDefaults.keepaliveLimit,
      algorithms: { serverHostKey: hostKeyAlgorithms(knownHosts, target) },
      hostVerifier: (key: Buffer) => {
        progress.hostKeyError = refuseHostKey(knownHosts, target, key);
        return progress.hostKeyError === undefined;
      },
      authHandler: tryInOrder(target, auth, progress),
    });
  });
}

function tryInOrder(target: SshTarget, auth: AuthPlan, progress: Progress): AuthHandlerMiddleware {
  const waiting = [...auth.attempts];
  let hasAsked = false;
  return (allowed: readonly string[] | null, _partial, next) => {
    progress.allowed = allowed ?? progress.allowed;
    const attempt = waiting.shift();
    if (attempt !== undefined) {
      progress.tried.push(attempt.label);
      next(attempt.method(target.user));
    } else if (progress.allowed.length === 0 && !hasAsked) {
      // ssh2 does not tell what the server allows after an agent's key; its answer to this does.
      hasAsked = true;
      next({ type: 'none', username: target.user });
    } else {
      // `false` ends the login; the types do not know it.
      next(false as never);
    }
  };
}

function loginError(target: SshTarget, auth: AuthPlan, progress: Progress, cause: Error): BootstrapError {
  if (progress.hostKeyError !== undefined) return progress.hostKeyError;
  if (progress.phase === 'authentication') {
    const isRefusal = (cause as { level?: string }).level === 'client-authentication';
    return authError(target, auth, progress.tried, progress.allowed, isRefusal ? undefined : cause.message);
  }
  return new BootstrapError(
    'connect.handshake',
    `${target.name} accepted the connection but spoke no SSH with us: ${cause.message}`,
    {
      where: { host: target.name },
      hint: `Is port ${String(target.port)} that of sshd? It may also limit new connections (MaxStartups) or offer only old algorithms.`,
      cause,
    },
  );
}
