// The connections of a run: each host is connected once, when it is first needed.
import type { Clock } from '../../core/clock.ts';
import type { Host, HostConnector } from '../../core/host.ts';
import type { Emit } from '../events/emitter.ts';
import { errorView } from '../events/failure.ts';
import type { Limiter } from './limiter.ts';

export interface PoolOptions {
  readonly connector: HostConnector;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal?: AbortSignal | undefined;
}

export class HostPool {
  readonly #options: PoolOptions;
  readonly #hosts = new Map<string, Promise<Host>>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** The connected host; a failure is remembered, so that nobody tries again in this run. */
  get(name: string): Promise<Host> {
    const known = this.#hosts.get(name);
    if (known !== undefined) return known;
    const opening = this.#options.limiter.run(() => this.#connect(name));
    this.#hosts.set(name, opening);
    return opening;
  }

  /** Closes what was opened; never fails. */
  async close(): Promise<void> {
    const hosts = await Promise.allSettled(this.#hosts.values());
    await Promise.allSettled(
      hosts.flatMap((host) => (host.status === 'fulfilled' ? [host.value.close()] : [])),
    );
  }

  async #connect(name: string): Promise<Host> {
    const { connector, clock, emit, signal } = this.#options;
    const started = clock.now();
    emit({ type: 'host.connecting', host: name });
    const host = await connector.connect(name, signal, ({ error, ...retry }) => {
      emit({ type: 'host.retried', host: name, error: errorView(error), ...retry });
    });
    emit({ type: 'host.connected', host: name, durationMs: clock.now() - started });
    return host;
  }
}
