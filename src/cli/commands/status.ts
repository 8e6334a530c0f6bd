// ipvs-bootstrap status: the nodes and the external IPs on one screen, once or over and over.
import { checkNames } from '../../app/choose-phases.ts';
import type { Cluster } from '../../app/cluster.ts';
import { ofNamespaces } from '../../app/status-namespaces.ts';
import { StatusWatch } from '../../app/status-watch.ts';
import { systemClock } from '../../core/clock.ts';
import { errorCodes } from '../../core/errors.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import type { ClusterStatus } from '../../engine/events/status-schema.ts';
import { Limiter } from '../../engine/hosts/limiter.ts';
import type { Output } from '../../ui/output.ts';
import { errorLines } from '../../ui/problem-text.ts';
import type { CommandContext } from '../context.ts';
import { connectHosts } from '../hosts/connect-hosts.ts';
import type { HostOptions } from '../hosts/host-options.ts';
import { openShownCluster } from '../hosts/run-playbook.ts';
import { createStatusScreen, type StatusScreen } from '../hosts/status-screen.ts';

interface StatusOptions extends HostOptions {
  /** Only external IPs of these. */
  readonly namespace?: readonly string[];
  readonly watch: boolean;
  /** Milliseconds between two looks; `usualIntervalMs` if undefined. */
  readonly interval?: number;
}

const usualIntervalMs = 2000;
/** The slow get so long before a look is shown without them. */
const graceMs = 1000;
/** … and at first, when everybody has to be connected. */
const firstGraceMs = 5000;

export async function run(
  context: CommandContext,
  options: StatusOptions,
  inventory: string,
): Promise<number> {
  const cluster = await openShownCluster(context, inventory);
  const names = chosenHosts(cluster, options);
  const namespaces = chosenNamespaces(cluster, options);
  const connector = await connectHosts(context, cluster, options);
  const limiter = new Limiter(options.concurrency);
  const watch = new StatusWatch(cluster.inventory.cluster, names, {
    connector: { connect: (name, signal) => limiter.run(() => connector.connect(name, signal)) },
    clock: systemClock,
    signal: context.signal,
  });
  const intervalMs = options.interval ?? usualIntervalMs;
  const interval = options.watch ? intervalMs : undefined;
  const look = async (graceMs?: number) => ofNamespaces(await watch.refresh(graceMs), namespaces);
  try {
    const screen = await createStatusScreen(context, { hosts: names.length, interval });
    try {
      return await (options.watch
        ? watchOn(look, screen, intervalMs, context.signal)
        : showOnce(look, screen, context.output));
    } finally {
      screen.close();
    }
  } finally {
    await connector.close();
  }
}

function chosenHosts({ inventory }: Cluster, { limit }: HostOptions): readonly string[] {
  const names = inventory.hosts.map(({ name }) => name);
  checkNames('host', limit ?? [], names);
  return names.filter((name) => limit?.includes(name) ?? true);
}

function chosenNamespaces(
  { inventory }: Cluster,
  { namespace }: StatusOptions,
): readonly string[] | undefined {
  const names = inventory.workloads.map((workload) => workload.namespace);
  checkNames('namespace', namespace ?? [], names);
  return namespace;
}

type Look = (graceMs?: number) => Promise<ClusterStatus>;

async function showOnce(look: Look, screen: StatusScreen, output: Output): Promise<number> {
  const status = await look();
  screen.show(status);
  const errors = status.nodes.flatMap(({ error }) => error ?? []);
  // The screen has no room for what to do about them.
  for (const error of errors) errorLines(error, output.style).forEach(output.progress);
  return errors[0] === undefined ? exitCodes.done : errorCodes[errors[0].code];
}

/** Until Ctrl-C. Looks begin at even intervals, however long the answers take. */
async function watchOn(
  look: Look,
  screen: StatusScreen,
  intervalMs: number,
  signal: AbortSignal,
): Promise<number> {
  for (let grace = firstGraceMs; !signal.aborted; grace = Math.min(graceMs, intervalMs)) {
    const started = systemClock.now();
    screen.show(await look(grace));
    const rest = Math.max(0, intervalMs - (systemClock.now() - started));
    await systemClock.sleep(rest, signal).catch(() => undefined);
  }
  return exitCodes.interrupted;
}
