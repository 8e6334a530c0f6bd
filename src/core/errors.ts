// The one error type: what failed, where, why, and what the user can do next.
import { count } from './count.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';

/** Every error the tool can report, and the exit code that goes with it. */
export const errorCodes = {
  usage: exitCodes.usage,
  'file.unreadable': exitCodes.invalidInput,
  'inventory.invalid': exitCodes.invalidInput,
  'playbook.invalid': exitCodes.invalidInput,
  'bundle.missing': exitCodes.invalidInput,
  'bundle.invalid': exitCodes.invalidInput,
  'connect.refused': exitCodes.connect,
  'connect.timeout': exitCodes.connect,
  'connect.unresolved': exitCodes.connect,
  'connect.unreachable': exitCodes.connect,
  'connect.handshake': exitCodes.connect,
  'connect.hostKey': exitCodes.connect,
  'connect.auth': exitCodes.connect,
  'connect.key': exitCodes.connect,
  'connect.secret': exitCodes.connect,
  'connect.config': exitCodes.connect,
  'connect.sudo': exitCodes.connect,
  'connect.shell': exitCodes.connect,
  'connect.lost': exitCodes.connect,
  'preflight.failed': exitCodes.preflight,
  'command.failed': exitCodes.command,
  'command.timeout': exitCodes.command,
  'facts.unreadable': exitCodes.command,
  'plan.notEmpty': exitCodes.command,
  'verify.drift': exitCodes.drift,
  'lock.held': exitCodes.locked,
  'lab.unsupported': exitCodes.preflight,
  'lab.failed': exitCodes.command,
  'download.failed': exitCodes.command,
  'run.failed': exitCodes.someHostsFailed,
  interrupted: exitCodes.interrupted,
  internal: exitCodes.internal,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof errorCodes;

/** A place in a file the user wrote; line and column count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place in a run. */
export interface TaskPosition {
  readonly host: string;
  readonly task?: string;
}

/** What messages tell in words, for programs. Published with the events: see engine/events/event-parts.ts. */
export interface ErrorData {
  readonly exitCode?: number | undefined;
  /** Milliseconds. */
  readonly limitMs?: number | undefined;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  /** The bastion on the way that the rest is about. */
  readonly bastion?: string | undefined;
  readonly user?: string | undefined;
  /** It goes away by itself, as a host's refusals while it boots. */
  readonly isPassing?: boolean | undefined;
  /** What was to be ended may still run on the host. */
  readonly isRunning?: boolean | undefined;
  readonly fingerprint?: string | undefined;
  readonly path?: string | undefined;
  readonly fact?: string | undefined;
  readonly steps?: readonly string[] | undefined;
  readonly problems?: number | undefined;
  /** The likeliest cause: see docs/reference/diagnosis.md. */
  readonly diagnosis?: string | undefined;
  readonly owner?: string | undefined;
  readonly command?: string | undefined;
  /** The holder's connection has ended, and something that it began runs on. */
  readonly isOwnerGone?: boolean | undefined;
  /** Seconds. */
  readonly ageSeconds?: number | undefined;
}

export interface ErrorDetails {
  readonly where?: SourcePosition | TaskPosition | undefined;
  /** What the user can do next, as a sentence. */
  readonly hint?: string | undefined;
  /** Longer evidence, such as the last lines of stderr or a source line with a caret. */
  readonly detail?: string | undefined;
  readonly data?: ErrorData | undefined;
  readonly cause?: unknown;
}

/**
 * An error a user can act on. Code that decides (retry, exit code) looks at `code`, never at the message.
 * Anything thrown that is not a BootstrapError is a bug of ours (exit 70).
 */
export class BootstrapError extends Error {
  override readonly name = 'BootstrapError';
  readonly code: ErrorCode;
  readonly where: SourcePosition | TaskPosition | undefined;
  readonly hint: string | undefined;
  readonly detail: string | undefined;
  readonly data: ErrorData | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.where = details.where;
    this.hint = details.hint;
    this.detail = details.detail;
    this.data = details.data;
  }

  /** The same error with other words or another place: what `changes` does not name stays as it is. */
  with({ message = this.message, ...changes }: ErrorDetails & { readonly message?: string }): BootstrapError {
    const { where, hint, detail, data, cause } = this;
    return new BootstrapError(this.code, message, { where, hint, detail, data, cause, ...changes });
  }

  get exitCode(): ExitCode {
    return errorCodes[this.code];
  }
}

/** Several errors found together, such as all the mistakes in one inventory. Exits with the first one's code. */
export class ErrorList extends BootstrapError {
  readonly errors: readonly BootstrapError[];

  constructor(errors: readonly [BootstrapError, ...BootstrapError[]], message?: string) {
    super(errors[0].code, message ?? `${count(errors.length, 'problem')} found`);
    this.errors = errors;
  }
}

/** What was thrown, as an error whatever it was. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** `file:line:column` or `host: task`, as shown in front of a message. */
export function formatPlace(where: SourcePosition | TaskPosition): string {
  if ('file' in where) return `${where.file}:${where.line}:${where.column}`;
  return where.task === undefined ? where.host : `${where.host}: ${where.task}`;
}
