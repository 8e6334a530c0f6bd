// Handlers of run events by type, so that a screen is a table of small functions.
import type { RunEvent } from '../engine/events/events.ts';

/** The event of one type. */
export type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** What a screen does with each type of event; types it does not name are ignored. */
export type EventHandlers = {
  readonly [Type in RunEvent['type']]?: (event: EventOf<Type>) => void | Promise<void>;
};

/** Calls the handler of an event's type. */
export async function handle(handlers: EventHandlers, event: RunEvent): Promise<void> {
  const handler = handlers[event.type] as ((event: RunEvent) => void | Promise<void>) | undefined;
  await handler?.(event);
}
