// ipvs-bootstrap verify: the kernel, the API and traffic compared; changes nothing.
import { shippedPlaybook } from '../../playbook/load-playbook.ts';
import type { CommandContext } from '../context.ts';
import type { HostOptions } from '../host-options.ts';
import { runPlaybook } from '../run-playbook.ts';

export async function run(context: CommandContext, options: HostOptions, inventory: string): Promise<number> {
  const request = {
    command: 'verify',
    playbook: shippedPlaybook('verify'),
    mode: 'apply',
    changes: false,
  } as const;
  return runPlaybook(context, inventory, request, options);
}
