// A clock that only sleeping moves, so that tests of waiting take no time.
import type { Clock } from '../../src/core/clock.ts';

export class FakeClock implements Clock {
  /** Every sleep, in milliseconds. */
  readonly sleeps: number[] = [];
  readonly #beats = new Set<{ readonly everyMs: number; next: number; readonly action: () => void }>();
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
    this.pass(milliseconds);
  }

  every(milliseconds: number, action: () => void): () => void {
    const beat = { everyMs: milliseconds, next: this.#now + milliseconds, action };
    this.#beats.add(beat);
    return () => void this.#beats.delete(beat);
  }

  /** Lets time go by, with what is to happen every now and then. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
    for (const beat of this.#beats) {
      for (; beat.next <= this.#now; beat.next += beat.everyMs) beat.action();
    }
  }
}
