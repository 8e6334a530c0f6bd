// A clock that only sleeping moves, so that tests of waiting take no time.
import type { Clock } from '../../src/core/clock.ts';

export class FakeClock implements Clock {
  /** Every sleep, in milliseconds. */
  readonly sleeps: number[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.#now);
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(milliseconds);
    // Others get their turn, as they would in real time.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    this.#now += milliseconds;
  }
}
