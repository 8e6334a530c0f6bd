// A run as JSON lines on standard output, for programs: every event, one a line.
import type { RunEvent } from '../engine/events/events.ts';
import type { Output } from './output.ts';

/** Prints each event as one line of JSON. */
export function createJsonScreen(output: Output): (event: RunEvent) => void {
  return (event) => {
    output.result(JSON.stringify(event));
  };
}
