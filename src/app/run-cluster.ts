// Runs a playbook on a cluster's hosts: the use case behind up, plan, verify, reset, run and phase.
import type { HostConnector } from '../core/host.ts';
import type { Redactor } from '../core/secret.ts';
import type { EventSink } from '../engine/events/events.ts';
import { failuresAllowed, type FailureLimit } from '../engine/failure-limit.ts';
import type { LockRequest, RunResult } from '../engine/run-request.ts';
import { run } from '../engine/run.ts';
import { operations } from '../operations/registry.ts';
import { bindPhases } from '../playbook/bind.ts';
import { loadPlaybook } from '../playbook/load-playbook.ts';
import { checkNames, choosePhases, type PhaseChoice } from './choose-phases.ts';
import type { Cluster } from './cluster.ts';
import { createRunSecrets } from './run-secrets.ts';

export interface ClusterRun extends PhaseChoice {
  /** The command as the user knows it. */
  readonly command: string;
  /** Path of the playbook. */
  readonly playbook: string;
  readonly mode: 'apply' | 'plan';
  /** Only these hosts take part. */
  readonly limit?: readonly string[] | undefined;
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
  const { inventory } = cluster;
  const names = inventory.hosts.map(({ name }) => name);
  checkNames('host', request.limit ?? [], names);
  const playbook = await loadPlaybook(request.playbook, operations);
  const hosts = names.filter((name) => request.limit?.includes(name) ?? true);
  const phases = bindPhases(choosePhases(playbook.phases, request), {
    hosts: inventory.hosts,
    contextOf: contextOf(cluster, hosts, ports.redactor),
    limit: request.limit,
  });
  const { maxFailures } = request;
  return run(
    {
      command: request.command,
      cluster: inventory.cluster.name,
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

/** What the expressions of a playbook see. */
function contextOf({ inventory, bundle }: Cluster, taking: readonly string[], redactor: Redactor) {
  const { cluster, hosts, workloads, externalIPs, binding, claims } = inventory;
  const run = { ...createRunSecrets(redactor), hosts: taking };
  const common = { cluster, bundle, workloads, externalIPs, binding, claims, run };
  return (name: string) => {
    const host = hosts.find((one) => one.name === name) ?? { name };
    return { ...common, host };
  };
}
