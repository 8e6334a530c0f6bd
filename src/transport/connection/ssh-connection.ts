// One SSH connection: opened within a deadline, starts shells in exec channels, knows when it is lost.
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'ssh2';
import { BootstrapError } from '../../core/errors.ts';
import type { KnownHostsEntry } from '../host-keys/known-hosts.ts';
import type { AuthPlan } from '../login/auth-attempt.ts';
import { logIn } from '../login/ssh-login.ts';
import { interrupted, lost } from '../shell/run-failure.ts';
import type { ShellProcess } from '../shell/shell-process.ts';
import { startTimeout } from '../shell/start-failure.ts';
import { unlessAborted } from '../shell/unless-aborted.ts';
import { describeTarget, sshDefaults, type SshPeer } from '../ssh-target.ts';
import { shellProcess } from './channel-process.ts';

/** How long a server may take to say goodbye. */
const closingMs = 1000;

/** What is known before a connection is opened. */
export interface ConnectOptions {
  readonly peer: SshPeer;
  readonly knownHosts: readonly KnownHostsEntry[];
  readonly auth: AuthPlan;
  /** Opens the way to the server; rejects with the signal's reason when that is over. */
  readonly dial: (signal: AbortSignal) => Promise<Duplex>;
  /** What messages call the bastion that it leads through. */
  readonly via?: string | undefined;
  readonly remember: (key: Buffer) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** How long the server may take to open a channel. */
export interface ExecOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SshConnection {
  readonly peer: SshPeer;
  readonly client: Client;
  /** Runs a command line in a channel of its own. */
  exec(line: string, options: ExecOptions): Promise<ShellProcess>;
  /** Why the connection is gone; undefined while it stands. */
  lossReason(): Error | undefined;
  close(): Promise<void>;
}

/** @throws BootstrapError one of `connect.*`, or `interrupted` */
export async function openConnection(options: ConnectOptions): Promise<SshConnection> {
  const { peer, dial, via } = options;
  const milliseconds = peer.connectTimeoutMs ?? sshDefaults.connectTimeoutMs;
  const deadline = new AbortController();
  let step = via === undefined ? 'accept the connection' : `accept the connection through ${via}`;
  const timer = setTimeout(() => {
    deadline.abort(connectTimeout(options, milliseconds, step));
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

function connectTimeout({ peer, via }: ConnectOptions, milliseconds: number, step: string): BootstrapError {
  const { address, port } = peer;
  return new BootstrapError(
    'connect.timeout',
    `${peer.name} (${describeTarget(peer)}) did not ${step} within ${milliseconds / 1000} s`,
    {
      where: { host: peer.name },
      data: { address, port, limitMs: milliseconds },
      hint:
        via === undefined
          ? `Is the host up, and does no firewall drop packets to port ${port}?`
          : `Is the host up, and does no firewall drop packets from ${via} to its port ${port}?`,
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
    exec: (line, options) =>
      execInTime(
        peer.name,
        exec(peer.name, client, line, () => loss),
        options,
      ),
    close: async () => {
      client.end();
      const destroy = setTimeout(() => client.destroy(), closingMs);
      // Through a bastion that has fallen silent, not even the end of the stream comes back.
      await Promise.race([closed, sleep(2 * closingMs, undefined, { ref: false })]);
      clearTimeout(destroy);
    },
  };
}

/** A channel that comes too late is closed. */
async function execInTime(
  name: string,
  opening: Promise<ShellProcess>,
  { timeoutMs, signal }: ExecOptions,
): Promise<ShellProcess> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort();
  }, timeoutMs);
  const over = signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]);
  try {
    return await unlessAborted(opening, over, () =>
      deadline.signal.aborted ? startTimeout(name, timeoutMs, '') : interrupted(name, signal),
    );
  } catch (error) {
    void opening.then(
      (late) => {
        late.close();
      },
      () => undefined,
    );
    throw error;
  } finally {
    clearTimeout(timer);
  }
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
