// Makes sure, while steps are applied, that the run still has its lock: without it, another run may have begun.
import type { Clock } from '../../core/clock.ts';
import { BootstrapError } from '../../core/errors.ts';
import type { HeldLock } from './lock.ts';

/** Steps within this time of the last look are applied without another. */
const trustMs = 5000;

export class LockWatch {
  readonly #clock: Clock;
  #lock: HeldLock | undefined;
  #host = '';
  #seenAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on this lock must be held. */
  begin(lock: HeldLock, host: string): void {
    this.#lock = lock;
    this.#host = host;
    this.#seenAt = this.#clock.now();
  }

  /** @throws BootstrapError `connect.lost` of the lock's host when the lock is gone, or an error of the transport */
  async check(): Promise<void> {
    if (this.#lock === undefined || this.#clock.now() - this.#seenAt < trustMs) return;
    if (!(await this.#lock.isHeld())) {
      const message = 'the lock is gone, because the connection that kept it was lost';
      throw new BootstrapError('connect.lost', message, {
        where: { host: this.#host },
        hint: 'Run the same command again: it goes on from where this run ended.',
      });
    }
    this.#seenAt = this.#clock.now();
  }
}
