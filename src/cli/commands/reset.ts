// ipvs-bootstrap reset: back to bare hosts.
import { createInterface } from 'node:readline';
import { BootstrapError } from '../../core/errors.ts';
import { shippedPlaybook } from '../../playbook/load-playbook.ts';
import type { CommandContext } from '../context.ts';
import { resetQuestion } from '../hosts/reset-question.ts';
import type { RunOptions } from '../hosts/run-options.ts';
import { openShownCluster, runPlaybook } from '../hosts/run-playbook.ts';

interface ResetOptions extends RunOptions {
  readonly yes: boolean;
}

export async function run(
  context: CommandContext,
  options: ResetOptions,
  inventory: string,
): Promise<number> {
  if (!options.yes) await confirm(context, inventory, options.limit);
  const request = {
    command: 'reset',
    playbook: shippedPlaybook('reset'),
    mode: 'apply',
    changes: true,
  } as const;
  return runPlaybook(context, inventory, request, options);
}

/**
 * Asks for the cluster's name, as it is the last chance to see that this is another cluster.
 * @throws BootstrapError `usage` without a terminal, `interrupted` for another answer, Ctrl-C and Ctrl-D
 */
async function confirm(
  context: CommandContext,
  file: string,
  limit: readonly string[] | undefined,
): Promise<void> {
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
  const answer = await typed(resetQuestion(inventory, limit), context.signal);
  if (answer === undefined) process.stderr.write('\n');
  if (answer?.trim() === name) return;
  const message = answer === undefined ? 'stopped at the question' : 'that is not the name of the cluster';
  throw new BootstrapError('interrupted', `${message}; nothing was changed`);
}

/** @returns undefined when the question was left: Ctrl-C, Ctrl-D or a signal */
function typed(question: string, signal: AbortSignal): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const close = (): void => {
    terminal.close();
  };
  signal.addEventListener('abort', close);
  return new Promise<string | undefined>((resolve) => {
    terminal.once('close', () => {
      resolve(undefined);
    });
    terminal.question(question, resolve);
  }).finally(() => {
    signal.removeEventListener('abort', close);
    close();
  });
}
