// What the parts of a run share while it goes on.
import type { Clock } from '../../core/clock.ts';
import type { Redactor } from '../../core/secret.ts';
import type { Emit } from '../events/emitter.ts';
import type { FactStore } from '../hosts/fact-store.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import type { Limiter } from '../hosts/limiter.ts';
import type { Looks } from '../hosts/looks.ts';
import type { Retries } from '../hosts/run-retries.ts';
import type { Ledger } from './ledger.ts';
import type { LockWatch } from './lock-watch.ts';

export interface RunContext {
  readonly emit: Emit;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly killSignal: AbortSignal | undefined;
  readonly redactor: Redactor;
  readonly pool: HostPool;
  readonly facts: FactStore;
  readonly retries: Retries;
  readonly lockWatch: LockWatch;
  readonly ledger: Ledger;
  /** Finds out why something failed, or takes long. */
  readonly looks: Looks;
  /** Tasks at work at once. */
  readonly limiter: Limiter;
}
