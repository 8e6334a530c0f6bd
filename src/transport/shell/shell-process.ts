// What a resident shell needs from below: one started /bin/sh with its three streams, over SSH or on this machine.
import type { Readable, Writable } from 'node:stream';

/** How a shell's process ended; both undefined when only the connection is known to be gone. */
export interface ShellExit {
  readonly code?: number | undefined;
  readonly signal?: string | undefined;
}

/** A started shell that waits for its program on standard input (see `startLine`). */
export interface ShellProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves once, when the process or its connection has ended and its output has had time to arrive. */
  readonly exited: Promise<ShellExit>;
  /** Ends the streams without waiting; the shell then reads end-of-file in the middle of whatever it reads. */
  close(): void;
}

/** Starts shells on one machine. */
export interface Machine {
  readonly name: string;
  /** Starts one more shell; connects first where that is needed. Rejects with a `connect.*` error. */
  start(signal?: AbortSignal): Promise<ShellProcess>;
  /** Likewise, by a connection of its own, for a host that allows no second shell on one. */
  startApart?(): Promise<ShellProcess>;
  /** How often a connection was opened. */
  connections(): number;
  /** Why the connection is gone, when it is. */
  lossReason(): Error | undefined;
  close(): Promise<void>;
}
