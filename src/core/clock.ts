// Time as a port, so that waiting and deadlines can be tested without waiting.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Date and time of day. */
  date(): Date;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it is aborted first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls `action` each time so many milliseconds are over, until the returned function is called. */
  every(milliseconds: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, { signal });
  },
  every: (milliseconds, action) => {
    const timer = setInterval(action, milliseconds);
    return () => {
      clearInterval(timer);
    };
  },
};
