// What a playbook file says, typed and with its places, and what it comes to for the hosts of one run.
import type { SourcePosition } from '../core/errors.ts';
import type { Operation } from '../operations/operation.ts';
import type { DocumentPath } from '../source/path.ts';
import type { Source } from '../source/source.ts';

/** A task as written. */
export interface Task {
  /** Imperative sentence, unique in its phase. */
  readonly name: string;
  readonly operation: Operation;
  /** A host selector: see `selectHosts`. */
  readonly on: string;
  /** The operation's arguments, with expressions still in them. */
  readonly with: Readonly<Record<string, unknown>>;
  /** All of them must be true; expressions without their `${{ }}`. */
  readonly when: readonly string[];
  /** One host at a time, in inventory order. */
  readonly serial: boolean;
  /** How long the task may wait for what its operation calls pending, in milliseconds. */
  readonly waitMs: number;
  readonly source: Source;
  /** Where in its file the task stands. */
  readonly path: DocumentPath;
}

/** A phase file: its tasks in order. */
export interface Phase {
  readonly name: string;
  readonly title: string;
  readonly tasks: readonly Task[];
}

/** A list of phases, or a single phase as a list of its own. */
export interface Playbook {
  readonly name: string;
  readonly title: string;
  readonly phases: readonly Phase[];
}

/** A task on one host: either its checked arguments, or the condition that keeps the host from it. */
export type BoundHost =
  { readonly host: string; readonly args: unknown } | { readonly host: string; readonly skipped: string };

/** A task with everything evaluated: what the engine runs. */
export interface BoundTask {
  readonly name: string;
  readonly operation: Operation;
  readonly serial: boolean;
  readonly waitMs: number;
  /** In inventory order. */
  readonly hosts: readonly BoundHost[];
  readonly where?: SourcePosition;
}

export interface BoundPhase {
  readonly name: string;
  readonly title: string;
  readonly tasks: readonly BoundTask[];
}
