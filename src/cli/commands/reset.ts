// ipvs-bootstrap reset: back to bare hosts.
import { createInterface } from 'node:readline/promises';
import { BootstrapError } from '../../core/errors.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { shippedPlaybook } from '../../playbook/load-playbook.ts';
import type { CommandContext } from '../context.ts';
import type { RunOptions } from '../run-options.ts';
import { openShownCluster, runPlaybook } from '../run-playbook.ts';

interface ResetOptions extends RunOptions {
  readonly yes: boolean;
}

export async function run(
  context: CommandContext,
  options: ResetOptions,
  inventory: string,
): Promise<number> {
  if (!options.yes && !(await isConfirmed(context, inventory))) return exitCodes.interrupted;
  const request = {
    command: 'reset',
    playbook: shippedPlaybook('reset'),
    mode: 'apply',
    changes: true,
  } as const;
  return runPlaybook(context, inventory, request, options);
}

/** Asks for the cluster's name, as it is the last chance to see that this is another cluster. */
async function isConfirmed(context: CommandContext, file: string): Promise<boolean> {
  const { inventory } = await openShownCluster(context, file);
  const { name } = inventory.cluster;
  if (!process.stdin.isTTY) {
    throw new BootstrapError(
      'usage',
      'reset asks before it removes a cluster, and there is no terminal to ask on',
      {
        hint: 'Add --yes to go on without the question.',
      },
    );
  }
  const hosts = inventory.hosts.map((host) => host.name).join(', ');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const question = `This removes the cluster "${name}" and its data from ${hosts}.\nType the cluster's name to go on: `;
  const answer = await terminal.question(question, { signal: context.signal });
  terminal.close();
  return answer.trim() === name;
}
