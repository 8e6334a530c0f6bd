// Facts of all hosts: asked in one flight per host, remembered until something may have changed them.
import type { Clock } from '../../core/clock.ts';
import { BootstrapError } from '../../core/errors.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import type { FactQuery } from '../../facts/fact.ts';
import type { FactNeed, FactReader } from '../../operations/operation.ts';
import type { HostPool } from './host-pool.ts';
import { parseAnswer } from './parse-answer.ts';
import type { Retries } from './run-retries.ts';

interface Entry {
  readonly value: Promise<unknown>;
  readonly scope: 'host' | 'cluster';
}

export class FactStore {
  readonly #pool: HostPool;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #retries: Retries;
  readonly #entries = new Map<string, Map<string, Entry>>();
  #isStale = false;
  #hasSeenChange = false;
  #asked = 0;

  constructor(pool: HostPool, retries: Retries, clock: Clock, signal?: AbortSignal) {
    this.#pool = pool;
    this.#clock = clock;
    this.#retries = retries;
    this.#signal = signal;
  }

  /** How many probes were sent so far. */
  get asked(): number {
    return this.#asked;
  }

  /** Whether anything was changed on any host since the run began. */
  get hasSeenChange(): boolean {
    return this.#hasSeenChange;
  }

  /**
   * Reads what `host` needs; questions that are not yet answered go out together.
   * @throws BootstrapError of the transport, or `facts.unreadable`.
   */
  async read(host: string, needs: readonly FactNeed[]): Promise<FactReader> {
    const asked = needs.map(async (need): Promise<readonly [string, unknown]> => {
      const place = need.host ?? host;
      const value = this.#ask(place, need.query);
      return [placeKey(place, need.query), await (need.optional === true ? unlessUnreachable(value) : value)];
    });
    await Promise.allSettled(asked);
    const values = new Map(await Promise.all(asked));
    return {
      get<Value>(query: FactQuery<Value>, other?: string): Value {
        const key = placeKey(other ?? host, query);
        if (values.has(key)) return values.get(key) as Value;
        throw new BootstrapError('internal', `the operation asks for ${query.name} without needing it`);
      },
    };
  }

  /** Sends questions along with those being read now; failures show when somebody reads them. */
  prefetch(host: string, needs: readonly FactNeed[]): void {
    for (const need of needs) void this.#ask(need.host ?? host, need.query);
  }

  /** Whether all of it is known or on its way. */
  has(host: string, needs: readonly FactNeed[]): boolean {
    return needs.every((need) => this.#of(need.host ?? host).has(need.query.key));
  }

  /** Forgets these, to look again. */
  drop(host: string, needs: readonly FactNeed[]): void {
    for (const need of needs) this.#of(need.host ?? host).delete(need.query.key);
  }

  /** Forgets everything about a host that was changed, and what all hosts said about the cluster. */
  changed(host: string): void {
    this.#isStale = true;
    this.#hasSeenChange = true;
    this.#entries.delete(host);
    for (const entries of this.#entries.values()) {
      for (const [key, entry] of entries) if (entry.scope === 'cluster') entries.delete(key);
    }
  }

  /** Forgets everything if anything was changed anywhere: hosts react to what happens on others. */
  renew(): void {
    if (this.#isStale) this.#entries.clear();
    this.#isStale = false;
  }

  #of(host: string): Map<string, Entry> {
    const known = this.#entries.get(host);
    if (known !== undefined) return known;
    const entries = new Map<string, Entry>();
    this.#entries.set(host, entries);
    return entries;
  }

  #ask(host: string, query: FactQuery<unknown>): Promise<unknown> {
    const entries = this.#of(host);
    const known = entries.get(query.key);
    if (known !== undefined) return known.value;
    const entry = { value: this.#fetch(host, query), scope: query.scope };
    // Failures are remembered like answers: whoever needs the same gets the same, without asking again.
    entry.value.catch(() => undefined);
    entries.set(query.key, entry);
    return entry.value;
  }

  async #fetch(name: string, query: FactQuery<unknown>): Promise<unknown> {
    const host = await this.#pool.get(name);
    this.#asked += 1;
    const { command, timeoutMs } = query;
    const signal = this.#signal;
    const answer = await this.#retries.read(() => host.run({ command, timeoutMs, signal }));
    return parseAnswer(name, query, answer, this.#clock);
  }
}

/** Undefined when the host cannot be reached; whoever else needs it is told. */
async function unlessUnreachable(value: Promise<unknown>): Promise<unknown> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof BootstrapError && error.exitCode === exitCodes.connect) return undefined;
    throw error;
  }
}

function placeKey(host: string, query: FactQuery<unknown>): string {
  return `${host}\n${query.key}`;
}
