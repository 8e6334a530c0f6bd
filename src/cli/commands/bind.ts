// ipvs-bootstrap bind: the external IPs alone, on a cluster that is there.
import { shippedPlaybook } from '../../playbook/load-playbook.ts';
import type { CommandContext } from '../context.ts';
import { noteOwnBinding } from '../hosts/binding-note.ts';
import { runPlaybook } from '../hosts/run-playbook.ts';
import type { UpOptions } from './up.ts';

export async function run(context: CommandContext, options: UpOptions, inventory: string): Promise<number> {
  await noteOwnBinding(context, inventory, 'this waits until it has');
  const request = {
    command: options.dryRun ? 'bind --dry-run' : 'bind',
    playbook: shippedPlaybook('bind'),
    mode: options.dryRun ? ('plan' as const) : ('apply' as const),
    changes: !options.dryRun,
    skip: options.skip,
  };
  return runPlaybook(context, inventory, request, options);
}
