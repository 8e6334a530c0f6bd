// Runs a playbook in this process and counts what it cost each host.
import { setMaxListeners } from 'node:events';
import { homedir, userInfo } from 'node:os';
import { hostSshOptions, openCluster } from '../../src/app/cluster.ts';
import { prepareRun, runPrepared } from '../../src/app/run-cluster.ts';
import type { Host, HostStatistics } from '../../src/core/host.ts';
import { Redactor } from '../../src/core/secret.ts';
import type { EventSink } from '../../src/engine/events/events.ts';
import type { RunResult } from '../../src/engine/run-request.ts';
import { shippedPlaybook } from '../../src/playbook/load-playbook.ts';
import { createConnector } from '../../src/transport/connector.ts';
import { resolveTargets } from '../../src/transport/resolve/resolve-target.ts';
import { noFetching } from './no-fetching.ts';

export interface CountedRun {
  readonly result: RunResult;
  readonly costs: ReadonlyMap<string, HostStatistics>;
  readonly seconds: number;
}

/** @param playbook the name of a shipped one, or the path of another */
export async function countedRun(
  inventory: string,
  playbook: string,
  sink: EventSink = () => undefined,
): Promise<CountedRun> {
  const environment = { homeDirectory: homedir(), userName: userInfo().username };
  const cluster = await openCluster(inventory, environment);
  const hosts = new Map<string, Host>();
  const { targets } = await resolveTargets(hostSshOptions(cluster.inventory, {}), {
    ...environment,
    variables: process.env,
    systemConfigFile: '/etc/ssh/ssh_config',
  });
  // A test machine may be so busy that a login takes long.
  const patient = targets.map((target) => ({ ...target, connectTimeoutMs: 120_000 }));
  const connector = createConnector({ targets: patient });
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const started = performance.now();
  try {
    const request = {
      command: playbook,
      playbook: playbook.includes('/') ? playbook : shippedPlaybook(playbook),
      mode: 'apply',
      owner: 'counter',
    } as const;
    const result = await runPrepared(await prepareRun(cluster, request, new Redactor(), noFetching), {
      connector: {
        connect: async (name, signal) => {
          const host = await connector.connect(name, signal);
          hosts.set(name, host);
          return host;
        },
      },
      sink,
      signal,
      concurrency: 50,
    });
    const costs = new Map([...hosts].map(([name, host]) => [name, host.statistics()]));
    return { result, costs, seconds: (performance.now() - started) / 1000 };
  } finally {
    await connector.close();
  }
}
