// A word on clusters whose external IPs are bound by kube-proxy alone, for the commands that bind and unbind.
import { openCluster } from '../../app/cluster.ts';
import type { CommandContext } from '../context.ts';
import { localEnvironment } from '../local/local-environment.ts';

/** Says who binds the external IPs where it is not this program; `consequence` completes the sentence. */
export async function noteOwnBinding(
  { output }: CommandContext,
  file: string,
  consequence: string,
): Promise<void> {
  const { inventory } = await openCluster(file, localEnvironment());
  const { binding, cluster } = inventory;
  if (binding.by === 'interface') return;
  if (binding.addresses.length === 0) {
    output.progress('No Service of this inventory has an external IP.');
    return;
  }
  const proxy = `kube-proxy ${cluster.kubernetes.version}`;
  output.progress(`${proxy} binds the external IPs of this cluster by itself: ${consequence}.`);
}
