// What happens in a run, as data. Screens, plain lines, JSON lines and the log file are made from these.
import type { ErrorCode } from '../core/errors.ts';

/** A step as shown to people and machines; never contains a secret. */
export interface StepView {
  readonly kind: 'exec' | 'write' | 'remove' | 'upload';
  readonly title: string;
  readonly path?: string;
  /** Unified diff of a text file. */
  readonly diff?: string;
  readonly on?: string;
}

/** A failure as shown to people and machines. */
export interface ErrorView {
  readonly code: ErrorCode;
  readonly message: string;
  readonly place?: string;
  readonly hint?: string;
  readonly detail?: string;
}

export type TaskState = 'unchanged' | 'changed' | 'failed' | 'skipped' | 'planned';

/** Counts of one host's tasks by state, plus the steps applied (or planned). */
export interface HostSummary {
  readonly host: string;
  readonly changed: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
  readonly steps: number;
  readonly error?: ErrorView;
}

type RunEventBody =
  | {
      readonly type: 'run.started';
      readonly command: string;
      readonly cluster: string;
      readonly hosts: readonly string[];
    }
  | { readonly type: 'host.connecting'; readonly host: string }
  | { readonly type: 'host.connected'; readonly host: string; readonly durationMs: number }
  | {
      readonly type: 'facts.read';
      readonly hosts: number;
      readonly facts: number;
      readonly durationMs: number;
    }
  | { readonly type: 'phase.started'; readonly phase: string; readonly title: string }
  | {
      readonly type: 'phase.finished';
      readonly phase: string;
      readonly state: TaskState;
      readonly durationMs: number;
    }
  | { readonly type: 'task.started'; readonly phase: string; readonly task: string; readonly host: string }
  | {
      readonly type: 'task.waiting';
      readonly phase: string;
      readonly task: string;
      readonly host: string;
      readonly reason: string;
      readonly waitedMs: number;
      /** How long it may wait at most, counted like `waitedMs`. */
      readonly limitMs: number;
    }
  | {
      readonly type: 'task.warning';
      readonly phase: string;
      readonly task: string;
      readonly host: string;
      readonly message: string;
    }
  | {
      readonly type: 'task.planned';
      readonly phase: string;
      readonly task: string;
      readonly host: string;
      readonly steps: readonly StepView[];
      /** Why the steps, or more of them, are decided only when the task runs. */
      readonly deferred?: string;
    }
  | {
      readonly type: 'step.started';
      readonly phase: string;
      readonly task: string;
      readonly host: string;
      readonly step: StepView;
    }
  | {
      readonly type: 'step.progress';
      readonly phase: string;
      readonly task: string;
      readonly host: string;
      readonly step: StepView;
      readonly fraction: number;
    }
  | {
      readonly type: 'step.finished';
      readonly phase: string;
      readonly task: string;
      readonly host: string;
      readonly step: StepView;
      readonly durationMs: number;
    }
  | {
      readonly type: 'task.finished';
      readonly phase: string;
      readonly task: string;
      readonly host: string;
      readonly state: TaskState;
      readonly steps: number;
      readonly durationMs: number;
      readonly reason?: string;
    }
  | {
      readonly type: 'report';
      readonly phase: string;
      readonly task: string;
      readonly host: string;
      readonly rows: readonly Readonly<Record<string, string>>[];
    }
  | {
      readonly type: 'problem';
      readonly code: ErrorCode;
      readonly phase: string;
      readonly task: string;
      readonly host: string;
      readonly message: string;
      readonly hint?: string;
      readonly data?: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'host.failed'; readonly host: string; readonly error: ErrorView }
  | {
      readonly type: 'run.finished';
      readonly hosts: readonly HostSummary[];
      readonly durationMs: number;
      readonly exitCode: number;
    };

/** An event with its time (ISO 8601). */
export type RunEvent = RunEventBody & { readonly time: string };
export type RunEventWithoutTime = RunEventBody;

/** Receives every event, in order. Must not throw. */
export type EventSink = (event: RunEvent) => void;
