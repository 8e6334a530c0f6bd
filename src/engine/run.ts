// A run from the first connection to the last: connect, preview, apply, summary.
import { systemClock } from '../core/clock.ts';
import { Redactor } from '../core/secret.ts';
import { createEmitter } from './events/emitter.ts';
import { eventSchemaVersion } from './events/event-schema.ts';
import { capTimeouts } from './hosts/capped-host.ts';
import { FactStore } from './hosts/fact-store.ts';
import { HostPool } from './hosts/host-pool.ts';
import { Limiter } from './hosts/limiter.ts';
import { Retries } from './hosts/run-retries.ts';
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
 * Runs a plan. What fails on a host is an event and part of the result.
 * @throws only what is a bug of ours.
 */
export async function run(plan: RunRequest, options: RunOptions): Promise<RunResult> {
  const context = createContext(plan, options);
  const { emit, clock, ledger, pool } = context;
  const started = clock.now();
  const { command, cluster, hosts: names } = plan;
  const { mode } = options;
  emit({ type: 'run.started', schema: eventSchemaVersion, command, mode, cluster, hosts: names });
  try {
    await live(plan, options.mode, context);
  } finally {
    await pool.close();
  }
  const exitCode = ledger.exitCode(options.mode);
  const hosts = ledger.summaries;
  emit({ type: 'run.finished', hosts, durationMs: clock.now() - started, exitCode });
  return { exitCode, hosts, errors: ledger.errors };
}

function createContext(plan: RunRequest, options: RunOptions): RunContext {
  const {
    clock = systemClock,
    redactor = new Redactor(),
    concurrency = defaultConcurrency,
    signal,
    random = Math.random,
  } = options;
  const emit = createEmitter(options.sink, clock, redactor);
  const { commandTimeoutMs: limitMs } = options;
  const connector = limitMs === undefined ? options.connector : capTimeouts(options.connector, limitMs);
  // A limiter of its own: tasks at work may need another host, and must not wait for their own places.
  const pool = new HostPool({ connector, limiter: new Limiter(concurrency), clock, emit, signal });
  const lockHost = options.mode === 'apply' ? plan.lock?.host : undefined;
  const ledger = new Ledger(plan.hosts, options.maxFailures, lockHost);
  const mayReconnect = (host: string): boolean => !ledger.keepsLock(host);
  const retries = new Retries({ clock, random, signal, mayReconnect }, emit);
  return {
    emit,
    clock,
    signal,
    redactor,
    pool,
    facts: new FactStore(pool, retries, signal),
    retries,
    lockWatch: new LockWatch(clock),
    ledger,
    limiter: new Limiter(concurrency),
  };
}

async function live(plan: RunRequest, mode: RunOptions['mode'], context: RunContext): Promise<void> {
  const phases = plan.phases.map((phase) => byHost(phase, plan.hosts));
  for (const { args } of workOf(phases)) rememberSecrets(args, context.redactor);
  await connectAll(plan, phases, context);
  if (isOver(context)) return;
  if (mode === 'apply' && plan.lock !== undefined) await applyLocked(plan, phases, context);
  else await proceed(phases, mode, context);
}

/** Connects every host that has a task, or is asked something that a task cannot do without. */
async function connectAll(
  plan: RunRequest,
  phases: readonly HostPhase[],
  context: RunContext,
): Promise<void> {
  const names = new Set([
    ...plan.hosts.filter((host) => phases.some(({ hosts }) => hosts.has(host))),
    ...phases.flatMap(({ hosts }) => [...hosts.keys()]),
    ...neededHosts(workOf(phases)),
    ...(plan.lock === undefined ? [] : [plan.lock.host]),
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
  plan: RunRequest,
  phases: readonly HostPhase[],
  context: RunContext,
): Promise<void> {
  const { lock: request } = plan;
  if (request === undefined) return;
  let lock: HeldLock | undefined;
  const locking = context.pool
    .get(request.host)
    .then((host) => acquireLock(host, { ...request, cluster: plan.cluster, command: plan.command }));
  locking.catch(() => undefined);
  const preview = previewAll(phases, context);
  try {
    lock = await locking;
    context.lockWatch.begin(lock, request.host);
  } catch (error) {
    await preview;
    recordFailure(request.host, error, context);
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
