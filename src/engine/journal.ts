// The journal of a run: every event as a line of JSON in a file that only its owner reads.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { BootstrapError } from '../core/errors.ts';
import type { EventSink } from './events.ts';

export interface Journal {
  readonly path: string;
  /** Writes at once, so that the journal is complete whatever happens next. */
  readonly sink: EventSink;
  /** Why the journal is incomplete: the disk is full, say. */
  readonly failure: () => Error | undefined;
  close(): void;
}

/**
 * Creates the file, mode 0600, and its directories. Events come without secrets: the engine redacts them.
 * @throws BootstrapError `file.unreadable` when the file cannot be made.
 */
export function openJournal(file: string): Journal {
  const descriptor = create(file);
  let failure: Error | undefined;
  return {
    path: file,
    sink: (event) => {
      if (failure !== undefined) return;
      try {
        writeSync(descriptor, `${JSON.stringify(event)}\n`);
      } catch (error) {
        // A run must not stop in the middle because its journal cannot be written.
        failure = error as Error;
      }
    },
    failure: () => failure,
    close: () => {
      closeSync(descriptor);
    },
  };
}

function create(file: string): number {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    return openSync(file, 'ax', 0o600);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BootstrapError('file.unreadable', `the journal cannot be written: ${reason}`, { cause });
  }
}
