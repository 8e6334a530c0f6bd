// What a run is given, and what it gives back.
import type { Clock } from '../core/clock.ts';
import type { BootstrapError } from '../core/errors.ts';
import type { ExitCode } from '../core/exit-codes.ts';
import type { HostConnector } from '../core/host.ts';
import type { Redactor } from '../core/secret.ts';
import type { BoundPhase } from '../playbook/task.ts';
import type { EventSink, HostSummary } from './events/events.ts';

/** Keeps a second run out; see run-state/lock.ts. */
export interface LockRequest {
  /** The host that holds it: the first control plane. */
  readonly host: string;
  /** Who runs this, for the message that the second run gives: alice@laptop. */
  readonly owner: string;
}

export interface RunRequest {
  /** The command as the user knows it, such as `up`. */
  readonly command: string;
  readonly cluster: string;
  /** The inventory's hosts that take part, in its order. */
  readonly hosts: readonly string[];
  readonly phases: readonly BoundPhase[];
  /** Taken when steps may be applied, never in `plan` mode. */
  readonly lock?: LockRequest | undefined;
}

export interface RunOptions {
  /** `plan` shows what `apply` would do, and changes nothing. */
  readonly mode: 'apply' | 'plan';
  readonly connector: HostConnector;
  readonly sink: EventSink;
  /** Hosts worked on at once; 50 by default. */
  readonly concurrency?: number | undefined;
  /** The longest that one command on a host may take, in milliseconds; a shorter limit of its own counts. */
  readonly commandTimeoutMs?: number | undefined;
  /** Aborting starts no new step; those that run go on to their end. */
  readonly signal?: AbortSignal | undefined;
  /** Aborting ends what runs on the hosts, too; `signal` was aborted before. */
  readonly killSignal?: AbortSignal | undefined;
  readonly clock?: Clock;
  /** From 0 up to 1, for the pauses between tries; Math.random by default. */
  readonly random?: () => number;
  /** Knows the secrets that were there before the run; the engine adds those it meets in steps. */
  readonly redactor?: Redactor;
  /**
   * How many failed hosts the run puts up with: they are left out and the rest goes on, and one more stops it at once.
   * Without it, a failure lets the other hosts finish the phase, and no further phase starts.
   */
  readonly maxFailures?: number | undefined;
}

export interface RunResult {
  readonly exitCode: ExitCode;
  readonly hosts: readonly HostSummary[];
  /** In the order in which they happened; each was also an event. */
  readonly errors: readonly BootstrapError[];
}
