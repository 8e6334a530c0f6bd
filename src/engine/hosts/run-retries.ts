// Reads again what a lost connection kept from being read. Questions of one host wait together, so that they stay a flight.
import type { Emit } from '../events/emitter.ts';
import { errorView } from '../events/failure.ts';
import { Retry, type NextTry, type RetryPorts } from './retry.ts';

export class Retries {
  readonly #ports: RetryPorts;
  readonly #emit: Emit;
  readonly #pauses = new Map<string, Promise<void>>();

  constructor(ports: RetryPorts, emit: Emit) {
    this.#ports = ports;
    this.#emit = emit;
  }

  /** The tries of a task's steps. */
  start(): Retry {
    return new Retry(this.#ports);
  }

  /** @throws what `ask` throws, once trying again is not worth it; BootstrapError `interrupted`. */
  async read<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const retry = this.start();
    for (;;) {
      try {
        return await ask();
      } catch (thrown) {
        const next = retry.next(thrown);
        if (next === undefined) throw thrown;
        await this.#pause(next, retry);
      }
    }
  }

  #pause(next: NextTry, retry: Retry): Promise<void> {
    const { host, error, attempt, pauseMs } = next;
    const known = this.#pauses.get(host);
    if (known !== undefined) return known;
    this.#emit({ type: 'host.retried', host, error: errorView(error), attempt, pauseMs });
    const pause = retry.pause(next).finally(() => this.#pauses.delete(host));
    this.#pauses.set(host, pause);
    return pause;
  }
}
