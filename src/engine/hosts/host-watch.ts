// Asks one host the same questions again and again over one connection, and remembers the newest answers.
import type { Clock } from '../../core/clock.ts';
import type { BootstrapError } from '../../core/errors.ts';
import type { HostConnector } from '../../core/host.ts';
import type { FactQuery } from '../../facts/fact.ts';
import { asBootstrapError } from '../events/failure.ts';
import { parseAnswer } from './parse-answer.ts';

export interface HostWatchPorts {
  /** Must keep its connections, and open a lost one anew. */
  readonly connector: HostConnector;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const firstPauseMs = 1000;
const longestPauseMs = 30_000;

export class HostWatch {
  readonly host: string;
  readonly #ports: HostWatchPorts;
  readonly #answers = new Map<string, unknown>();
  readonly #startedAt: number;
  #heardAt: number | undefined;
  #failure: BootstrapError | undefined;
  #pauseMs = firstPauseMs;
  #retryAt = 0;
  #asking: Promise<void> | undefined;

  constructor(host: string, ports: HostWatchPorts) {
    this.host = host;
    this.#ports = ports;
    this.#startedAt = ports.clock.now();
  }

  /**
   * Asks all in one flight, unless the host still owes answers or has failed just now. Never throws.
   * @returns when all is answered or has failed
   */
  ask(queries: readonly FactQuery<unknown>[], timeoutMs: number): Promise<void> {
    if (this.#ports.clock.now() < this.#retryAt) return Promise.resolve();
    this.#asking ??= this.#askNow(queries, timeoutMs).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** The newest answer; undefined before the first. */
  newest<Value>(query: FactQuery<Value>): Value | undefined {
    return this.#answers.get(query.key) as Value | undefined;
  }

  /** Why the newest attempt failed; undefined while all is well. */
  get failure(): BootstrapError | undefined {
    return this.#failure;
  }

  /** Whether answers are still owed. */
  get isBusy(): boolean {
    return this.#asking !== undefined;
  }

  /** Milliseconds since the host last answered anything, or since the watch began. */
  get silentMs(): number {
    return this.#ports.clock.now() - (this.#heardAt ?? this.#startedAt);
  }

  async #askNow(queries: readonly FactQuery<unknown>[], timeoutMs: number): Promise<void> {
    const { connector, clock, signal } = this.#ports;
    try {
      const host = await connector.connect(this.host, signal);
      const asked = queries.map(async (query) => {
        const limit = Math.min(timeoutMs, query.timeoutMs);
        const answer = await host.run({ command: query.command, timeoutMs: limit, signal });
        this.#heardAt = clock.now();
        this.#answers.set(query.key, parseAnswer(this.host, query, answer, clock));
      });
      // All of them have ended before any failure counts, so that the next flight begins with nothing outstanding.
      await Promise.allSettled(asked);
      await Promise.all(asked);
      this.#failure = undefined;
      this.#pauseMs = firstPauseMs;
    } catch (thrown) {
      this.#failure = asBootstrapError(thrown);
      this.#retryAt = clock.now() + this.#pauseMs;
      this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
    }
  }
}
