// Use case of `validate`: everything that can be found wrong without connecting to a host.
import { systemClock, type Clock } from '../core/clock.ts';
import type { BootstrapError } from '../core/errors.ts';
import type { LocalEnvironment } from '../inventory/local-paths.ts';
import { openCluster } from './cluster.ts';

/** What a valid inventory describes, in figures. */
export interface ValidationReport {
  readonly cluster: string;
  /** Such as v1.20.2. */
  readonly kubernetesVersion: string;
  /** HOST:PORT of the API. */
  readonly endpoint: string;
  readonly controlPlanes: number;
  readonly workers: number;
  readonly namespaces: number;
  readonly services: number;
  /** Different external IPs in use. */
  readonly externalIPs: number;
  readonly warnings: readonly BootstrapError[];
}

/**
 * Checks an inventory file and the bundle it names.
 * @throws ErrorList of `inventory.invalid`; BootstrapError `file.unreadable`, `bundle.missing` or `bundle.invalid`
 */
export async function validateInventory(
  file: string,
  environment: LocalEnvironment,
  clock: Pick<Clock, 'date'> = systemClock,
): Promise<ValidationReport> {
  const { inventory, warnings, missingKeys, podNetwork } = await openCluster(file, environment, clock);
  if (!podNetwork.isRemote) await podNetwork.read();
  const { cluster, workloads } = inventory;
  const services = workloads.flatMap((workload) => workload.services);
  return {
    cluster: cluster.name,
    kubernetesVersion: cluster.kubernetes.version,
    endpoint: cluster.endpoint,
    controlPlanes: cluster.controlPlanes.length,
    workers: cluster.workers.length,
    namespaces: workloads.length,
    services: services.length,
    externalIPs: new Set(services.flatMap(({ externalIPs }) => externalIPs)).size,
    warnings: [...warnings, ...missingKeys],
  };
}
