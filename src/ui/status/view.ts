// What the parts of the status screen share: the event, how to show it, and counts that mark their changes.
import type { Cell } from '../grid.ts';
import type { EventOf } from '../handlers.ts';
import type { Style } from '../style.ts';

export type StatusEvent = EventOf<'status'>;

export interface StatusView {
  readonly style: Style;
  /** Characters of a line. */
  readonly width: number;
  /** What was shown before: counts that have changed since are marked. */
  readonly before?: StatusEvent | undefined;
}

/** A count, marked when it has changed since the last look. */
export function counted(now: number, before: number | undefined, style: Style): Cell {
  const text = String(now);
  return before === undefined || before === now ? { text } : { text, paint: style.changed };
}
