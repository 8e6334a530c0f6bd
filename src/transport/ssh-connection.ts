// One SSH connection: opened within a deadline, starts shells in exec channels, knows when it is lost.
import type { Client } from 'ssh2';
import type { Duplex } from 'node:stream';
import { BootstrapError } from '../core/errors.ts';
import type { AuthPlan } from './auth-attempt.ts';
import { shellProcess } from './channel-process.ts';
import type { KnownHostsEntry } from './known-hosts.ts';
import { interrupted, lost } from './run-failure.ts';
import type { ShellProcess } from './shell-process.ts';
import { logIn } from './ssh-login.ts';
import { describeTarget, sshDefaults, type SshPeer } from './ssh-target.ts';

/** What is known before a connection is opened. */
export interface ConnectOptions {
  readonly peer: SshPeer;
  readonly knownHosts: readonly KnownHostsEntry[];
  readonly auth: AuthPlan;
  /** Opens the way to the server; rejects with the signal's reason when that is over. */
  readonly dial: (signal: AbortSignal) => Promise<Duplex>;
  readonly remember: (key: Buffer) => Promise<void>;
  readonly signal?: AbortSignal;
}

export interface SshConnection {
  readonly peer: SshPeer;
  readonly client: Client;
  /** Runs a command line in a channel of its own. */
  exec(line: string): Promise<ShellProcess>;
  /** Why the connection is gone; undefined while it stands. */
  lossReason(): Error | undefined;
  close(): Promise<void>;
}

/** @throws BootstrapError one of `connect.*`, or `interrupted` */
export async function openConnection(options: ConnectOptions): Promise<SshConnection> {
  const { peer, dial } = options;
  const milliseconds = peer.connectTimeoutMs ?? sshDefaults.connectTimeoutMs;
  const deadline = new AbortController();
  let step = 'accept the connection';
  const timer = setTimeout(() => {
    deadline.abort(connectTimeout(peer, milliseconds, step));
  }, milliseconds);
  const abort = (): void => {
    deadline.abort(interrupted(peer.name, options.signal));
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted === true) abort();
  try {
    deadline.signal.throwIfAborted();
    const stream = await dial(deadline.signal);
    step = 'finish the login';
    return watch(peer, await logIn({ ...options, stream, signal: deadline.signal }));
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
  }
}

function connectTimeout(peer: SshPeer, milliseconds: number, step: string): BootstrapError {
  return new BootstrapError(
    'connect.timeout',
    `${peer.name} (${describeTarget(peer)}) did not ${step} within ${String(milliseconds / 1000)} s`,
    {
      where: { host: peer.name },
      hint: `Is the host up, and does no firewall drop packets to port ${String(peer.port)}?`,
    },
  );
}

function watch(peer: SshPeer, client: Client): SshConnection {
  let loss: Error | undefined;
  client.on('error', (error) => {
    loss ??= error;
  });
  const closed = new Promise<void>((resolve) => {
    client.on('close', () => {
      loss ??= new Error('the other side closed it');
      resolve();
    });
  });
  return {
    peer,
    client,
    lossReason: () => loss,
    exec: (line) => exec(peer.name, client, line, () => loss),
    close: async () => {
      client.end();
      const timer = setTimeout(() => client.destroy(), 1000);
      await closed;
      clearTimeout(timer);
    },
  };
}

function exec(
  name: string,
  client: Client,
  line: string,
  lossReason: () => Error | undefined,
): Promise<ShellProcess> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      const loss = lossReason();
      reject(loss === undefined ? channelError(name, cause) : lost(name, 'the connection was lost', loss));
    };
    try {
      client.exec(line, (error, channel) => {
        if (error) fail(error);
        else resolve(shellProcess(channel));
      });
    } catch (error) {
      fail(error);
    }
  });
}

function channelError(name: string, cause: unknown): BootstrapError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new BootstrapError('connect.shell', `${name} opened no channel for a shell${why}`, {
    where: { host: name },
    hint: 'sshd may forbid commands (ForceCommand, MaxSessions 0) for this account.',
    cause,
  });
}
