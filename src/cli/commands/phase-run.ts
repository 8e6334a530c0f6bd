// ipvs-bootstrap phase run: some phases of up by name.
import { shippedPlaybook } from '../../playbook/load-playbook.ts';
import type { CommandContext } from '../context.ts';
import type { RunOptions } from '../hosts/run-options.ts';
import { runPlaybook } from '../hosts/run-playbook.ts';

interface PhaseRunOptions extends RunOptions {
  readonly dryRun: boolean;
}

export async function run(
  context: CommandContext,
  options: PhaseRunOptions,
  inventory: string,
  only: readonly string[],
): Promise<number> {
  const request = {
    command: options.dryRun ? 'phase run --dry-run' : 'phase run',
    playbook: shippedPlaybook('up'),
    mode: options.dryRun ? ('plan' as const) : ('apply' as const),
    changes: !options.dryRun,
    only,
  };
  return runPlaybook(context, inventory, request, options);
}
