// The port to a host: everything above the transport reaches a machine through this interface.
import { script, type Command } from './command.ts';
import type { BootstrapError } from './errors.ts';
import type { Content } from './secret.ts';

/** How long a command may take that says nothing else. */
export const defaultCommandTimeoutMs = 10 * 60_000;

/** One command for a host's resident shell. */
export interface HostRequest {
  readonly command: Command;
  /** Sent on standard input; without it the command reads end-of-file. */
  readonly stdin?: Content | Uint8Array | undefined;
  /** Deadline in milliseconds, counted from when the command starts; the default is `defaultCommandTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** Aborting kills the command where it runs, or keeps it from being run; the request rejects with `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Run only when the request issued just before this one, on the same host, exited with 0; otherwise it is answered
   * with `skippedExitCode` and not run. Lets steps that build on each other share a round trip.
   */
  readonly onlyAfterSuccess?: boolean | undefined;
}

/** Exit code of a request that was not run because the one before it failed. */
export const skippedExitCode = 125;

/**
 * Gives the proxies of the host's logins, which commands do not see, to the commands behind it: for package managers, which
 * are to reach what the host reaches. All else talks to the cluster's own addresses, and kubeadm copies proxies into pods.
 */
export const useHostProxies = script(
  'for name in ${host_proxies-}; do eval "$name=\\$host_$name"; export "$name"; done',
);

/** What a command gave back. A non-zero exit code is a result, not an exception. */
export interface HostResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** A local file that goes to a host. */
export interface Upload {
  readonly localPath: string;
  /** Absolute path on the host; written as is, so callers use a temporary name and rename. */
  readonly path: string;
  /** Octal permission bits, such as 0o755. */
  readonly mode: number;
  readonly onProgress?: (sentBytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Counters of one connected host, for benchmarks and tests. */
export interface HostStatistics {
  readonly connections: number;
  readonly requests: number;
  /** Flights: a request sent while nothing is outstanding starts one; requests pipelined behind it belong to it. */
  readonly roundTrips: number;
}

/**
 * A connected host. Requests are answered in order; those issued without waiting in between share a round trip.
 * @throws BootstrapError `connect.lost`, `command.timeout` or `interrupted`; never for a non-zero exit code.
 */
export interface Host {
  readonly name: string;
  run(request: HostRequest): Promise<HostResult>;
  upload(upload: Upload): Promise<void>;
  statistics(): HostStatistics;
  close(): Promise<void>;
}

/** A host that cannot be connected now and is tried again. */
export interface ConnectRetry {
  readonly error: BootstrapError;
  /** How often it was tried before. */
  readonly attempt: number;
  readonly pauseMs: number;
}

/** Opens hosts by name; a host is connected at most once per run. */
export interface HostConnector {
  /** @param onRetry is told of each try that is followed by another one */
  connect(name: string, signal?: AbortSignal, onRetry?: (retry: ConnectRetry) => void): Promise<Host>;
  /** A further connection, whose requests do not wait for those of the first. Whoever opens it closes it. */
  connectApart?(name: string, signal?: AbortSignal): Promise<Host>;
}
