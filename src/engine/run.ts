// A run from the first connection to the last: connect, preview, apply, summary.
import { systemClock, type Clock } from '../core/clock.ts';
import type { HostConnector } from '../core/host.ts';
import { Redactor } from '../core/secret.ts';
import { createEmitter } from './events/emitter.ts';
import { eventSchemaVersion } from './events/event-schema.ts';
import { capTimeouts } from './hosts/capped-host.ts';
import { FactStore } from './hosts/fact-store.ts';
import { HostPool } from './hosts/host-pool.ts';
import { Limiter } from './hosts/limiter.ts';
import { Looks } from './hosts/looks.ts';
import { openApart } from './hosts/open-apart.ts';
import { Retries } from './hosts/run-retries.ts';
import { stopWith } from './hosts/stoppable-host.ts';
import { previewAll, reportObstacles } from './preview.ts';
import { runPhase } from './run-phase.ts';
import type { RunOptions, RunRequest, RunResult } from './run-request.ts';
import { Ledger } from './run-state/ledger.ts';
import { LockWatch } from './run-state/lock-watch.ts';
import { acquireLock, type HeldLock } from './run-state/lock.ts';
import { recordFailure } from './run-state/record-failure.ts';
import type { RunContext } from './run-state/run-context.ts';
import { showPlan } from './show-plan.ts';
import { byHost, neededHosts, workOf, type HostPhase } from './tasks/host-task.ts';
import { rememberSecrets } from './tasks/remember-secrets.ts';

const defaultConcurrency = 50;

/**
 * Connects, previews, applies. What fails on a host is an event and part of the result.
 * @throws only what is a bug of ours.
 */
export async function run(request: RunRequest, options: RunOptions): Promise<RunResult> {
  const context = createContext(request, options);
  const { emit, clock, ledger, pool, looks } = context;
  const started = clock.now();
  const { command, cluster, hosts: names } = request;
  const { mode } = options;
  emit({ type: 'run.started', schema: eventSchemaVersion, command, mode, cluster, hosts: names });
  // Somebody looks after the end of what runs, also between two requests.
  const listen = (): void => undefined;
  options.killSignal?.addEventListener('abort', listen);
  try {
    await live(request, options.mode, context);
  } finally {
    await Promise.all([pool.close(), looks.close()]);
    options.killSignal?.removeEventListener('abort', listen);
  }
  const exitCode = ledger.exitCode(options.mode);
  const hosts = ledger.summaries;
  emit({ type: 'run.finished', hosts, durationMs: clock.now() - started, exitCode });
  return { exitCode, hosts, errors: ledger.errors };
}

function createContext(request: RunRequest, options: RunOptions): RunContext {
  const {
    clock = systemClock,
    redactor = new Redactor(),
    concurrency = defaultConcurrency,
    signal,
    killSignal,
    random = Math.random,
  } = options;
  const emit = createEmitter(options.sink, clock, redactor);
  const { commandTimeoutMs: limitMs } = options;
  const capped = limitMs === undefined ? options.connector : capTimeouts(options.connector, limitMs);
  const connector = killSignal === undefined ? capped : stopWith(capped, killSignal);
  // A limiter of its own: tasks at work may need another host, and must not wait for their own places.
  const pool = new HostPool({ connector, limiter: new Limiter(concurrency), clock, emit, signal });
  const lockHost = options.mode === 'apply' ? request.lock?.host : undefined;
  const ledger = new Ledger(request.hosts, options.maxFailures, lockHost);
  const mayReconnect = (host: string): boolean => !ledger.keepsLock(host);
  const retries = new Retries({ clock, random, signal, mayReconnect }, emit);
  return {
    emit,
    clock,
    signal,
    killSignal,
    redactor,
    pool,
    facts: new FactStore(pool, retries, clock, signal),
    retries,
    lockWatch: new LockWatch(clock),
    ledger,
    looks: createLooks(connector, clock, signal),
    limiter: new Limiter(concurrency),
  };
}

/** Its connections are nobody's news. */
function createLooks(connector: HostConnector, clock: Clock, signal: AbortSignal | undefined): Looks {
  const pool = new HostPool({
    connector: { connect: (name, own) => openApart(connector, name, own) },
    limiter: new Limiter(defaultConcurrency),
    clock,
    emit: () => undefined,
    signal,
  });
  return new Looks(pool, clock, signal);
}

async function live(request: RunRequest, mode: RunOptions['mode'], context: RunContext): Promise<void> {
  const phases = request.phases.map((phase) => byHost(phase, request.hosts));
  for (const { args } of workOf(phases)) rememberSecrets(args, context.redactor);
  await connectAll(request, phases, context);
  if (isOver(context)) return;
  if (mode === 'apply' && request.lock !== undefined) await applyLocked(request, phases, context);
  else await proceed(phases, mode, context);
}

/** Connects every host that has a task, or is asked something that a task cannot do without. */
async function connectAll(
  request: RunRequest,
  phases: readonly HostPhase[],
  context: RunContext,
): Promise<void> {
  const names = new Set([
    ...request.hosts.filter((host) => phases.some(({ hosts }) => hosts.has(host))),
    ...phases.flatMap(({ hosts }) => [...hosts.keys()]),
    ...neededHosts(workOf(phases)),
    ...(request.lock === undefined ? [] : [request.lock.host]),
  ]);
  const connecting = [...names].map(async (name) => {
    try {
      await context.pool.get(name);
    } catch (error) {
      recordFailure(name, error, context);
    }
  });
  await Promise.all(connecting);
}

/** Takes the lock in the same flight as the first facts, which may be read by anyone. */
async function applyLocked(
  request: RunRequest,
  phases: readonly HostPhase[],
  context: RunContext,
): Promise<void> {
  const { lock: wanted } = request;
  if (wanted === undefined) return;
  let lock: HeldLock | undefined;
  const locking = context.pool
    .get(wanted.host)
    .then((host) => acquireLock(host, { ...wanted, cluster: request.cluster, command: request.command }));
  locking.catch(() => undefined);
  const preview = previewAll(phases, context);
  try {
    lock = await locking;
    context.lockWatch.begin(lock, wanted.host);
  } catch (error) {
    await preview;
    recordFailure(wanted.host, error, context);
    return;
  }
  try {
    await proceed(phases, 'apply', context, preview);
  } finally {
    await lock.release();
  }
}

async function proceed(
  phases: readonly HostPhase[],
  mode: RunOptions['mode'],
  context: RunContext,
  previewing = previewAll(phases, context),
): Promise<void> {
  const preview = await previewing;
  reportObstacles(preview, context);
  if (isOver(context)) return;
  if (mode === 'plan') {
    showPlan(phases, preview, context);
    return;
  }
  for (const phase of phases) {
    if (isOver(context)) return;
    await runPhase(phase, context);
  }
}

function isOver({ ledger, signal }: RunContext): boolean {
  if (signal?.aborted === true) ledger.interrupt();
  return ledger.isOver;
}
