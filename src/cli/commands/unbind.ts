// ipvs-bootstrap unbind: takes the external IPs off the interfaces again.
import { shippedPlaybook } from '../../playbook/load-playbook.ts';
import type { CommandContext } from '../context.ts';
import { noteOwnBinding } from '../hosts/binding-note.ts';
import type { HostOptions } from '../hosts/host-options.ts';
import { runPlaybook } from '../hosts/run-playbook.ts';

interface UnbindOptions extends HostOptions {
  readonly dryRun: boolean;
}

export async function run(
  context: CommandContext,
  options: UnbindOptions,
  inventory: string,
): Promise<number> {
  await noteOwnBinding(context, inventory, 'what it has on kube-ipvs0 stays');
  const request = {
    command: options.dryRun ? 'unbind --dry-run' : 'unbind',
    playbook: shippedPlaybook('unbind'),
    mode: options.dryRun ? ('plan' as const) : ('apply' as const),
    changes: !options.dryRun,
  };
  return runPlaybook(context, inventory, request, options);
}
