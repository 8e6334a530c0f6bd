// Reads the cluster's admin.conf from the first control plane.
import { cmd } from '../core/command.ts';
import { BootstrapError } from '../core/errors.ts';
import type { HostConnector } from '../core/host.ts';
import { Secret } from '../core/secret.ts';
import type { Cluster } from './cluster.ts';

const path = '/etc/kubernetes/admin.conf';

/** @throws BootstrapError `command.failed` when there is no cluster yet, or a `connect.*` error */
export async function fetchKubeconfig(
  { inventory }: Cluster,
  connector: HostConnector,
  signal: AbortSignal,
): Promise<Secret> {
  const name = inventory.cluster.firstControlPlane;
  const host = await connector.connect(name, signal);
  const { exitCode, stdout, stderr } = await host.run({ command: cmd`cat ${path}`, signal });
  if (exitCode === 0) return new Secret(stdout, 'kubeconfig');
  throw new BootstrapError('command.failed', `cannot read ${path}`, {
    where: { host: name },
    detail: stderr.trim(),
    hint: 'The cluster may not be there yet: ipvs-bootstrap up makes it.',
    data: { exitCode, path },
  });
}
