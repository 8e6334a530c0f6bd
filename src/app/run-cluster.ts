// Runs a playbook on a cluster's hosts: the use case behind up, plan, verify, reset, run and phase.
import type { HostConnector } from '../core/host.ts';
import type { Redactor } from '../core/secret.ts';
import type { EventSink } from '../engine/events/events.ts';
import { failuresAllowed, type FailureLimit } from '../engine/failure-limit.ts';
import type { LockRequest, RunResult } from '../engine/run-request.ts';
import { run } from '../engine/run.ts';
import { bindPlaybook, type PlaybookChoice } from './bind-playbook.ts';
import type { Cluster } from './cluster.ts';

export interface ClusterRun extends PlaybookChoice {
  /** The command as the user knows it. */
  readonly command: string;
  readonly mode: 'apply' | 'plan';
  /** How many hosts may fail before all stop; see RunOptions. */
  readonly maxFailures?: FailureLimit | undefined;
  /** Who runs this, when the run changes hosts: alice@laptop. */
  readonly owner?: string | undefined;
}

/** What the run needs from outside. */
export interface RunPorts {
  readonly connector: HostConnector;
  readonly sink: EventSink;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  readonly concurrency: number;
  /** See RunOptions. */
  readonly commandTimeoutMs?: number | undefined;
}

/**
 * Loads, binds and runs. Failures of hosts are in the result; what is wrong before a host is touched is thrown.
 * @throws ErrorList of `playbook.invalid` or `usage`
 */
export async function runCluster(cluster: Cluster, request: ClusterRun, ports: RunPorts): Promise<RunResult> {
  const { hosts, phases } = await bindPlaybook(cluster, request, ports.redactor);
  const { maxFailures } = request;
  return run(
    {
      command: request.command,
      cluster: cluster.inventory.cluster.name,
      hosts,
      phases,
      lock: request.owner === undefined ? undefined : lockOf(cluster, request.owner),
    },
    {
      mode: request.mode,
      ...ports,
      maxFailures: maxFailures === undefined ? undefined : failuresAllowed(maxFailures, hosts.length),
    },
  );
}

function lockOf({ inventory }: Cluster, owner: string): LockRequest {
  return { host: inventory.cluster.firstControlPlane, owner };
}
