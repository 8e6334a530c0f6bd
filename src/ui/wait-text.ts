// Words for what takes long, and for what is tried again.
import { formatDuration } from './format.ts';
import type { EventOf } from './handlers.ts';
import type { Style } from './style.ts';

type Waiting = EventOf<'task.waiting' | 'step.waiting' | 'host.waiting'>;

/** What is being waited for, how long already, and at most: "waiting 12.0 s of 5 min 00 s: node w1 is not Ready". */
export function waitText(event: Waiting): string {
  const what = event.type === 'step.waiting' ? event.step.title : event.reason;
  const limitMs = event.type === 'host.waiting' ? undefined : event.limitMs;
  const limit = limitMs === undefined ? '' : ` of ${formatDuration(limitMs)}`;
  const cause = event.type === 'host.waiting' ? undefined : event.cause;
  const why = cause === undefined ? '' : `; likely cause: ${cause}`;
  return `waiting ${formatDuration(event.waitedMs)}${limit}: ${what}${why}`;
}

/** What went wrong, and when it is tried again. */
export function retryText(event: EventOf<'host.retried' | 'step.retried'>, style: Style): string {
  const { host, error, pauseMs } = event;
  const again = `${style.changed('retry')} ${host}: ${error.message}`;
  return `${again}; trying again in ${formatDuration(pauseMs)} ${style.faint(`[${error.code}]`)}`;
}

const silenceMs = 30_000;

/** Keeps a log short: the same wait is worth a line when it begins, and then every half minute. */
export class WaitLines {
  readonly #shown = new Map<string, { readonly reason: string; readonly waitedMs: number }>();

  isWorth({ host, task, reason, waitedMs }: EventOf<'task.waiting'>): boolean {
    const key = `${host}\n${task}`;
    const last = this.#shown.get(key);
    const isNew = last?.reason !== reason || waitedMs < last.waitedMs;
    if (!isNew && waitedMs - last.waitedMs < silenceMs) return false;
    this.#shown.set(key, { reason, waitedMs });
    return true;
  }
}
