// Composition root of the commands that work on hosts: opens everything, shows the run, closes everything.
import { homedir, hostname, userInfo } from 'node:os';
import { openCluster, sshTargets, type Cluster } from '../app/cluster.ts';
import { runCluster, type ClusterRun } from '../app/run-cluster.ts';
import type { LocalEnvironment } from '../inventory/local-paths.ts';
import { Redactor } from '../core/secret.ts';
import type { EventSink } from '../engine/events.ts';
import { createConnector } from '../transport/connector.ts';
import { thrownLines } from '../ui/problem-text.ts';
import { createScreen, type CommandContext } from './context.ts';
import type { HostOptions } from './host-options.ts';

/** The user of this machine, as inventories need it. */
export function localEnvironment(): LocalEnvironment {
  return { homeDirectory: homedir(), userName: userInfo().username };
}

/** Who runs this, for those who find the cluster locked. */
export function ownerName(): string {
  return `${userInfo().username}@${hostname()}`;
}

/** Reads the inventory and shows its warnings. */
export async function openShownCluster(context: CommandContext, file: string): Promise<Cluster> {
  const cluster = await openCluster(file, localEnvironment());
  const { output, options } = context;
  for (const warning of cluster.warnings) {
    for (const line of thrownLines(warning, output.style, options.debug)) output.progress(line);
  }
  return cluster;
}

/** Runs a playbook on the inventory's hosts and shows it; gives the exit code. */
export async function runPlaybook(
  context: CommandContext,
  file: string,
  request: Omit<ClusterRun, 'owner' | 'limit'> & { readonly changes: boolean },
  hostOptions: HostOptions,
  extraSink: EventSink = () => undefined,
): Promise<number> {
  const cluster = await openShownCluster(context, file);
  const screen = await createScreen(context.output);
  const redactor = new Redactor();
  const connector = createConnector({ targets: sshTargets(cluster.inventory) });
  const { changes, ...rest } = request;
  try {
    const result = await runCluster(
      cluster,
      {
        ...rest,
        ...(changes ? { owner: ownerName() } : {}),
        ...(hostOptions.limit === undefined ? {} : { limit: hostOptions.limit }),
      },
      {
        connector,
        redactor,
        signal: context.signal,
        concurrency: hostOptions.concurrency,
        sink: (event) => {
          screen.sink(event);
          extraSink(event);
        },
      },
    );
    return result.exitCode;
  } finally {
    await screen.drawn();
    await connector.close();
  }
}
