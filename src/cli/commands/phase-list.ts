// ipvs-bootstrap phase list: the phases of up, in order.
import { exitCodes } from '../../core/exit-codes.ts';
import { operations } from '../../operations/registry.ts';
import { loadPlaybook, shippedPlaybook } from '../../playbook/load-playbook.ts';
import { formatTable } from '../../ui/format.ts';
import type { CommandContext } from '../context.ts';

export async function run({ output }: CommandContext): Promise<number> {
  const { phases } = await loadPlaybook(shippedPlaybook('up'), operations);
  const rows = phases.map(({ name, title, tasks }) => ({ name, title, tasks: String(tasks.length) }));
  if (output.format === 'json') output.result(JSON.stringify(rows));
  else formatTable(rows).forEach(output.result);
  return exitCodes.done;
}
