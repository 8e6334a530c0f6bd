// ipvs-bootstrap kubeconfig: the cluster's admin.conf, printed or written with mode 0600.
import type { LoginOptions } from '../../app/cluster.ts';
import { fetchKubeconfig } from '../../app/fetch-kubeconfig.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import type { CommandContext } from '../context.ts';
import { connectHosts } from '../hosts/connect-hosts.ts';
import { openShownCluster } from '../hosts/run-playbook.ts';
import { writePrivateFile } from '../local/private-file.ts';

export async function run(
  context: CommandContext,
  options: LoginOptions & { readonly write?: string },
  inventory: string,
): Promise<number> {
  const cluster = await openShownCluster(context, inventory);
  const connector = await connectHosts(context, cluster, options, {
    names: [cluster.inventory.cluster.firstControlPlane],
  });
  try {
    const config = await fetchKubeconfig(cluster, connector, context.signal);
    if (options.write === undefined) {
      context.output.result(config.reveal().trimEnd());
    } else {
      await writePrivateFile(options.write, config.reveal());
      context.output.progress(
        `wrote ${options.write}; use it with: kubectl --kubeconfig ${options.write} get nodes`,
      );
    }
    return exitCodes.done;
  } finally {
    await connector.close();
  }
}
