// One SSH connection: opened within a deadline, starts shells in exec channels, knows when it is lost.
import type { Client, ClientChannel } from 'ssh2';
import { BootstrapError } from '../core/errors.ts';
import { afterOutput } from './after-output.ts';
import type { KnownHostsEntry } from './known-hosts.ts';
import { interrupted, lost } from './run-failure.ts';
import type { ShellExit, ShellProcess } from './shell-process.ts';
import type { AuthPlan } from './ssh-auth.ts';
import { logIn } from './ssh-login.ts';
import { describeTarget, sshDefaults, type SshTarget } from './ssh-target.ts';
import { openSocket } from './tcp-socket.ts';

/** What is known before a connection is opened. */
export interface ConnectOptions {
  readonly target: SshTarget;
  readonly knownHosts: readonly KnownHostsEntry[];
  readonly auth: AuthPlan;
  readonly signal?: AbortSignal;
}

export interface SshConnection {
  readonly client: Client;
  /** Runs a command line in a channel of its own. */
  exec(line: string): Promise<ShellProcess>;
  /** Why the connection is gone; undefined while it stands. */
  lossReason(): Error | undefined;
  close(): Promise<void>;
}

/** @throws BootstrapError one of `connect.*`, or `interrupted` */
export async function openConnection(options: ConnectOptions): Promise<SshConnection> {
  const { target } = options;
  const milliseconds = target.connectTimeoutMs ?? sshDefaults.connectTimeoutMs;
  const deadline = new AbortController();
  let step = 'accept the connection';
  const timer = setTimeout(() => {
    deadline.abort(connectTimeout(target, milliseconds, step));
  }, milliseconds);
  const abort = (): void => {
    deadline.abort(interrupted(target.name, options.signal));
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted === true) abort();
  try {
    deadline.signal.throwIfAborted();
    const socket = await openSocket(target, deadline.signal);
    step = 'finish the login';
    return watch(target.name, await logIn({ ...options, socket, signal: deadline.signal }));
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
  }
}

function connectTimeout(target: SshTarget, milliseconds: number, step: string): BootstrapError {
  return new BootstrapError(
    'connect.timeout',
    `${target.name} (${describeTarget(target)}) did not ${step} within ${String(milliseconds / 1000)} s`,
    {
      where: { host: target.name },
      hint: `Is the host up, and does no firewall drop packets to port ${String(target.port)}?`,
    },
  );
}

function watch(name: string, client: Client): SshConnection {
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
    client,
    lossReason: () => loss,
    exec: (line) => exec(name, client, line, () => loss),
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

function shellProcess(channel: ClientChannel): ShellProcess {
  let end = (): void => undefined;
  const exited = afterOutput<ShellExit>((exit, close) => {
    let status: ShellExit = {};
    end = () => {
      close(status);
    };
    channel.on('exit', (code: number | null, signal?: string) => {
      status = { ...(code === null ? {} : { code }), ...(signal === undefined ? {} : { signal }) };
      exit(status);
    });
    channel.on('close', end);
  });
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    exited,
    close: () => {
      channel.close();
      // The server may hold its answer back until the command has ended.
      end();
    },
  };
}
