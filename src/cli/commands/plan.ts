// ipvs-bootstrap plan: what up would change.
import type { CommandContext } from '../context.ts';
import { run as runUp, type UpOptions } from './up.ts';

export async function run(
  context: CommandContext,
  options: Omit<UpOptions, 'dryRun'>,
  inventory: string,
): Promise<number> {
  return runUp(context, { ...options, dryRun: true }, inventory, 'plan');
}
