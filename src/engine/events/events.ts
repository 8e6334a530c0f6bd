// What happens in a run, as data. Screens, plain lines, JSON lines and the log file are made from these.
import type { z } from 'zod';
import type { causeView, errorView, hostSummary, sightingView, stepView, taskState } from './event-parts.ts';
import type { runEventSchema } from './event-schema.ts';

/** A step as shown to people and machines; never contains a secret. */
export type StepView = z.output<typeof stepView>;

/** A failure as shown to people and machines. */
export type ErrorView = z.output<typeof errorView>;

/** A cause that was found, with the lines that say so. */
export type CauseView = z.output<typeof causeView>;

/** Lines of one source, seen on one host. */
export type SightingView = z.output<typeof sightingView>;

export type TaskState = z.output<typeof taskState>;

/** Counts of one host's tasks by state, plus the steps applied (or planned). */
export type HostSummary = z.output<typeof hostSummary>;

/** An event with its time (ISO 8601). */
export type RunEvent = z.output<typeof runEventSchema>;

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'time'> : never;

/** An event before the emitter stamps it. */
export type RunEventWithoutTime = WithoutTime<RunEvent>;

/** Receives every event, in order. Must not throw. */
export type EventSink = (event: RunEvent) => void;
