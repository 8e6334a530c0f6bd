// Runs a playbook on a cluster's hosts: the use case behind up, plan, verify, reset, run and phase.
import type { Redactor } from '../core/secret.ts';
import { failuresAllowed, type FailureLimit } from '../engine/failure-limit.ts';
import type { LockRequest, RunOptions, RunRequest, RunResult } from '../engine/run-request.ts';
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

/** A run whose playbook, phases and hosts are known to be right. */
export interface PreparedRun {
  readonly request: RunRequest;
  readonly options: Pick<RunOptions, 'mode' | 'maxFailures'> & { readonly redactor: Redactor };
}

/** What the run needs from outside. */
export type RunPorts = Required<Pick<RunOptions, 'connector' | 'sink' | 'signal' | 'concurrency'>> &
  Pick<RunOptions, 'commandTimeoutMs'>;

/**
 * Loads and binds the playbook; connects to nothing, so that mistakes are told before anybody is asked for a password.
 * @param redactor learns the secrets that the run makes
 * @throws ErrorList of `playbook.invalid` or `usage`
 */
export async function prepareRun(
  cluster: Cluster,
  { command, mode, limit, maxFailures, owner, ...request }: ClusterRun,
  redactor: Redactor,
): Promise<PreparedRun> {
  const { inventory } = cluster;
  const names = inventory.hosts.map(({ name }) => name);
  checkNames('host', limit ?? [], names);
  const playbook = await loadPlaybook(request.playbook, operations);
  const hosts = names.filter((name) => limit?.includes(name) ?? true);
  const phases = bindPhases(choosePhases(playbook.phases, request), {
    hosts: inventory.hosts,
    contextOf: contextOf(cluster, hosts, redactor),
    limit,
  });
  const lock = owner === undefined ? undefined : lockOf(cluster, owner);
  return {
    request: { command, cluster: inventory.cluster.name, hosts, phases, lock },
    options: {
      mode,
      redactor,
      maxFailures: maxFailures === undefined ? undefined : failuresAllowed(maxFailures, hosts.length),
    },
  };
}

/** Runs it. Failures of hosts are in the result. */
export async function runPrepared({ request, options }: PreparedRun, ports: RunPorts): Promise<RunResult> {
  return run(request, { ...options, ...ports });
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
