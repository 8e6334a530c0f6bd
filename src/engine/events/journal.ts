// The journal of a run: every event as a line of JSON in a file that only its owner reads.
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { asError, BootstrapError } from '../../core/errors.ts';
import type { EventSink } from './events.ts';

export interface Journal {
  readonly path: string;
  /** Writes at once, so that the journal is complete whatever happens next. */
  readonly sink: EventSink;
  /** Why the journal is incomplete: the disk is full, say. */
  readonly failure: () => Error | undefined;
  /** Removes the file again when nothing was written: the run has not begun. */
  close(): void;
}

/**
 * Creates the file, mode 0600, and its directories. Events come without secrets: the engine redacts them.
 * @param hint what to do when the file cannot be made
 * @throws BootstrapError `file.unreadable` when the file cannot be made.
 */
export function openJournal(file: string, hint: string): Journal {
  const descriptor = create(file, hint);
  let failure: Error | undefined;
  let isEmpty = true;
  return {
    path: file,
    sink: (event) => {
      if (failure !== undefined) return;
      try {
        isEmpty = false;
        writeSync(descriptor, `${JSON.stringify(event)}\n`);
      } catch (error) {
        // A run must not stop in the middle because its journal cannot be written.
        failure = error as Error;
      }
    },
    failure: () => failure,
    close: () => {
      closeSync(descriptor);
      if (isEmpty) rmSync(file, { force: true });
    },
  };
}

function create(file: string, hint: string): number {
  try {
    makeDirectory(path.dirname(path.resolve(file)));
    return openSync(file, 'ax', 0o600);
  } catch (cause) {
    const reason = asError(cause).message;
    throw new BootstrapError('file.unreadable', `the journal ${file} cannot be made: ${reason}`, {
      hint,
      cause,
    });
  }
}

/** Step by step: under /proc, Node's own recursive mkdir never ends. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(path.dirname(directory));
  try {
    mkdirSync(directory, 0o700);
  } catch (error) {
    // Another run may make it at the same moment.
    if (!existsSync(directory)) throw error;
  }
}
