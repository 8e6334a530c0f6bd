// Composition root of the commands that work on hosts: opens everything, shows the run, closes everything.
import { hostname, userInfo } from 'node:os';
import { openCluster, type Cluster } from '../../app/cluster.ts';
import { settleSource } from '../../app/settle-source.ts';
import {
  prepareRun,
  runPrepared,
  type ClusterRun,
  type PreparedRun,
  type RunPorts,
} from '../../app/run-cluster.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { systemClock } from '../../core/clock.ts';
import { Redactor } from '../../core/secret.ts';
import type { RunEvent } from '../../engine/events/events.ts';
import type { Journal } from '../../engine/events/journal.ts';
import type { Output } from '../../ui/output.ts';
import { warningLines } from '../../ui/problem-text.ts';
import { createScreen, type CommandContext, type Screen } from '../context.ts';
import { ownCache } from '../local/base-directories.ts';
import { localEnvironment } from '../local/local-environment.ts';
import { webProxy } from '../local/web-proxy.ts';
import { connectHosts } from './connect-hosts.ts';
import { createJournal } from './run-journal.ts';
import type { RunOptions } from './run-options.ts';
import { secretReader } from './secrets.ts';

/** Reads the inventory and shows its warnings. */
export async function openShownCluster(context: CommandContext, file: string): Promise<Cluster> {
  const cluster = await openCluster(file, localEnvironment());
  const { output } = context;
  for (const warning of cluster.warnings) warningLines(warning, output.style).forEach(output.progress);
  return cluster;
}

/** A run as a command wants it; `changes` tells whether it may change hosts, and so takes the lock. */
export type PlaybookRequest = Omit<ClusterRun, 'owner' | 'limit' | 'maxFailures'> & {
  readonly changes: boolean;
  /** Tasks on this machine run as whoever runs the program; by default as root. */
  readonly isLocalUnprivileged?: boolean;
  /** Shows the run; by default a new one. */
  readonly screen?: Screen;
};

/** Runs a playbook on the inventory's hosts and shows it; gives the exit code. */
export async function runPlaybook(
  context: CommandContext,
  file: string,
  { changes, isLocalUnprivileged = false, screen: chosenScreen, ...request }: PlaybookRequest,
  options: RunOptions,
): Promise<number> {
  const cluster = await openShownCluster(context, file);
  const { limit, concurrency, maxFailures, timeout } = options;
  const { output, signal } = context;
  const redactor = new Redactor();
  const owner = changes ? `${userInfo().username}@${hostname()}` : undefined;
  const { environment } = context;
  const cacheDirectory = ownCache(environment);
  const secrets = secretReader(context, redactor);
  const through = webProxy(environment);
  const now = systemClock.date();
  const fetching = { report: output.progress, signal, cacheDirectory, through, now, secrets };
  const wanted = { ...request, owner, limit, maxFailures };
  const prepare = (chosen: Cluster) => prepareRun(chosen, wanted, redactor, fetching);
  const first = await prepare(cluster);
  const login = { ...options, isLocalUnprivileged };
  const connector = await connectHosts(context, cluster, login, { redactor, secrets });
  const settle = async () => {
    const { hosts } = first.request;
    const reading = { ...fetching, whole: request.mode === 'apply' };
    const settled = await settleSource(cluster, connector, hosts, reading);
    const { kind, because } = settled.choice;
    output.progress(`Kubernetes comes from ${kind}: ${because}`);
    return prepare(settled.cluster);
  };
  try {
    const prepared = first.isSourceOpen ? await settle() : first;
    const journal = createJournal(request.command, context.options.logFile, context.environment);
    const { killSignal } = context;
    const ports = { connector, signal, killSignal, concurrency, commandTimeoutMs: timeout };
    const screen = chosenScreen ?? (await createScreen(output));
    const exitCode = await showRun({ prepared, ports, screen, journal, output });
    if (exitCode !== exitCodes.done && changes) output.progress(`The journal of this run is ${journal.path}`);
    return exitCode;
  } finally {
    await connector.close();
  }
}

interface ShownRun {
  readonly prepared: PreparedRun;
  readonly ports: Omit<RunPorts, 'sink'>;
  readonly screen: Screen;
  readonly journal: Journal;
  readonly output: Output;
}

async function showRun({ prepared, ports, screen, journal, output }: ShownRun): Promise<number> {
  const sink = (event: RunEvent): void => {
    journal.sink(event);
    screen.sink(event);
  };
  try {
    return (await runPrepared(prepared, { ...ports, sink })).exitCode;
  } finally {
    await screen.drawn();
    journal.close();
    tellIncomplete(journal, output);
  }
}

/** A full disk does not stop a run, but whoever looks into the journal later should know. */
function tellIncomplete({ path, failure }: Journal, output: Output): void {
  const reason = failure();
  if (reason !== undefined) output.progress(`The journal ${path} is incomplete: ${reason.message}`);
}
