// ipvs-bootstrap run: a user's own playbook.
import type { CommandContext } from '../context.ts';
import type { RunOptions } from '../hosts/run-options.ts';
import { runPlaybook } from '../hosts/run-playbook.ts';

interface PlaybookOptions extends RunOptions {
  readonly inventory: string;
  readonly dryRun: boolean;
}

export async function run(
  context: CommandContext,
  options: PlaybookOptions,
  playbook: string,
): Promise<number> {
  const mode = options.dryRun ? 'plan' : 'apply';
  const command = options.dryRun ? 'run --dry-run' : 'run';
  const request = { command, playbook, mode, changes: !options.dryRun } as const;
  return runPlaybook(context, options.inventory, request, options);
}
