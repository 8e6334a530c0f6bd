// ipvs-bootstrap up: from bare hosts to a proved cluster.
import { shippedPlaybook } from '../../playbook/load-playbook.ts';
import type { CommandContext } from '../context.ts';
import type { RunOptions } from '../hosts/run-options.ts';
import { runPlaybook } from '../hosts/run-playbook.ts';

export interface UpOptions extends RunOptions {
  readonly dryRun: boolean;
  readonly skip?: readonly string[];
}

export async function run(
  context: CommandContext,
  options: UpOptions,
  inventory: string,
  command = options.dryRun ? 'up --dry-run' : 'up',
): Promise<number> {
  const request = {
    command,
    playbook: shippedPlaybook('up'),
    mode: options.dryRun ? ('plan' as const) : ('apply' as const),
    changes: !options.dryRun,
    skip: options.skip,
  };
  return runPlaybook(context, inventory, request, options);
}
