// Runs a playbook on a cluster's hosts: the use case behind up, plan, verify, reset, run and phase.
import type { Redactor } from '../core/secret.ts';
import { failuresAllowed, type FailureLimit } from '../engine/failure-limit.ts';
import type { LockRequest, RunOptions, RunRequest, RunResult } from '../engine/run-request.ts';
import { run } from '../engine/run.ts';
import { bindPlaybook, type PlaybookChoice } from './bind-playbook.ts';
import type { Cluster } from './cluster.ts';
import type { Reading } from './kubernetes/reading.ts';

export interface ClusterRun extends PlaybookChoice {
  /** The command as the user knows it. */
  readonly command: string;
  readonly mode: 'apply' | 'plan';
  /** How many hosts may fail before all stop; see RunOptions. */
  readonly maxFailures?: FailureLimit | undefined;
  /** Who runs this, when the run changes hosts: alice@laptop. */
  readonly owner?: string | undefined;
}

/** A run whose playbook, phases and hosts are known to be right. */
export interface PreparedRun {
  /** The hosts have yet to say where Kubernetes comes from: to be prepared again, with what they have chosen. */
  readonly isSourceOpen: boolean;
  readonly request: RunRequest;
  readonly options: Pick<RunOptions, 'mode' | 'maxFailures'> & { readonly redactor: Redactor };
}

/** What the run needs from outside. */
export type RunPorts = Required<Pick<RunOptions, 'connector' | 'sink' | 'signal' | 'concurrency'>> &
  Pick<RunOptions, 'commandTimeoutMs' | 'killSignal'>;

/**
 * Loads and binds the playbook; connects to no host, so that mistakes are told before anybody is asked for a password.
 * @param redactor learns the secrets that the run makes
 * @param fetching how what the run will send is fetched, and the passwords in it are read
 * @throws ErrorList of `playbook.invalid` or `usage`; BootstrapError `download.failed`,
 *   `connect.secret`, `file.unreadable` or `interrupted`
 */
export async function prepareRun(
  cluster: Cluster,
  { command, mode, maxFailures, owner, ...choice }: ClusterRun,
  redactor: Redactor,
  fetching: Omit<Reading, 'whole'>,
): Promise<PreparedRun> {
  const reading = { ...fetching, whole: mode === 'apply' };
  const { hosts, phases, isSourceOpen } = await bindPlaybook(cluster, choice, redactor, reading);
  const lock = owner === undefined ? undefined : lockOf(cluster, owner);
  return {
    isSourceOpen,
    request: { command, cluster: cluster.inventory.cluster.name, hosts, phases, lock },
    options: {
      mode,
      redactor,
      maxFailures: maxFailures === undefined ? undefined : failuresAllowed(maxFailures, hosts.length),
    },
  };
}

/** Runs it. Failures of hosts are in the result. */
export async function runPrepared(
  { request, options }: Pick<PreparedRun, 'request' | 'options'>,
  ports: RunPorts,
): Promise<RunResult> {
  return run(request, { ...options, ...ports });
}

function lockOf({ inventory }: Cluster, owner: string): LockRequest {
  return { host: inventory.cluster.firstControlPlane, owner };
}
