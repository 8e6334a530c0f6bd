// ipvs-bootstrap status: the nodes and the external IPs on one screen.
import { ReportTables } from '../../ui/report-tables.ts';
import { shippedPlaybook } from '../../playbook/load-playbook.ts';
import type { CommandContext } from '../context.ts';
import type { HostOptions } from '../host-options.ts';
import { runPlaybook } from '../run-playbook.ts';

export async function run(context: CommandContext, options: HostOptions, inventory: string): Promise<number> {
  const request = {
    command: 'status',
    playbook: shippedPlaybook('status'),
    mode: 'apply',
    changes: false,
  } as const;
  if (context.output.format === 'json') return runPlaybook(context, inventory, request, options);
  const tables = new ReportTables(context.output);
  const exitCode = await runPlaybook(context, inventory, request, options, tables.screen);
  tables.print();
  return exitCode;
}
